package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.run.RunOrigin;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The parts of a request besides the recorded body that are needed to read it again after a restart.
 *
 * @param json {@code headers} by name, and of a replay {@code replayOf}, a run, and {@code change}, the replay's own body
 */
public record Resumption(ObjectNode json) {
    private static final String HEADERS = "headers";
    private static final String REPLAY_OF = "replayOf";
    private static final String CHANGE = "change";
    private static final HeaderName PREFER = HeaderNames.create("Prefer");

    static Resumption of(ServerRequest request) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ObjectNode headers = json.putObject(HEADERS);
        TraceHeaders.NAMES.forEach(
                name -> request.headers().first(name).ifPresent(value -> headers.put(name.lowerCase(), value)));
        headers.put(PREFER.lowerCase(), String.join(", ", request.headers().values(PREFER)));
        return new Resumption(json);
    }

    public static Resumption ofReplay(ServerRequest request, UUID run, Optional<String> change) {
        Resumption resumption = of(request);
        resumption.json.put(REPLAY_OF, run.toString());
        change.ifPresent(body -> resumption.json.put(CHANGE, body));
        return resumption;
    }

    static Resumption parse(String text) {
        return new Resumption(Json.object(text.getBytes(StandardCharsets.UTF_8)));
    }

    String text() {
        return json.toString();
    }

    PreferHeader preferences() {
        return PreferHeader.parse(header(PREFER).map(List::of).orElse(List.of()));
    }

    RunOrigin origin() {
        return TraceHeaders.read(this::header);
    }

    Optional<UUID> replayOf() {
        return text(json.path(REPLAY_OF)).map(UUID::fromString);
    }

    Optional<String> change() {
        return text(json.path(CHANGE));
    }

    private Optional<String> header(HeaderName name) {
        return text(json.path(HEADERS).path(name.lowerCase()));
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }
}
