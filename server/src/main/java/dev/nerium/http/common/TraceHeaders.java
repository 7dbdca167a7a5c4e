package dev.nerium.http.common;

import dev.nerium.run.RunOrigin;
import dev.nerium.run.RunOrigin.ParentRun;
import dev.nerium.run.TraceParent;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The headers by which a client says what its run belongs to: {@code traceparent} of W3C, and the parents of OpenLineage, in
 * the form that its integrations give them: {@code namespace/job/run}.
 */
public final class TraceHeaders {
    private static final HeaderName TRACE = HeaderNames.create("traceparent");
    private static final HeaderName PARENT = HeaderNames.create("OpenLineage-Parent-Id");
    private static final HeaderName ROOT = HeaderNames.create("OpenLineage-Root-Parent-Id");
    private static final int LONGEST = 1000;
    private static final String ARRIVAL = "arrival";

    /** All of them. */
    public static final List<HeaderName> NAMES = List.of(TRACE, PARENT, ROOT);

    private TraceHeaders() {}

    public static RunOrigin read(ServerRequest request) {
        return read(name -> request.headers().first(name));
    }

    /** @param headers gives the value of a header */
    public static RunOrigin read(Function<HeaderName, Optional<String>> headers) {
        return new RunOrigin(
                headers.apply(TRACE).flatMap(TraceParent::parse),
                headers.apply(PARENT).flatMap(TraceHeaders::parent),
                headers.apply(ROOT).flatMap(TraceHeaders::parent),
                Optional.empty(),
                Optional.empty());
    }

    /** A warning for each parent that can't be read: it is left out, and no run fails for it. */
    public static List<String> warnings(ServerRequest request) {
        return Stream.of(PARENT, ROOT)
                .flatMap(header -> request
                        .headers()
                        .first(header)
                        .filter(text -> parent(text).isEmpty())
                        .map(text -> ("The header %s is '%s', and was ignored: expected namespace/job/run, the run"
                                        + " a UUID, as OpenLineage's lineage_parent_id gives it.")
                                .formatted(header.defaultCase(), RequestFields.shortened(text)))
                        .stream())
                .toList();
    }

    /**
     * Notes the arrival of a request that may become a run, and gives its response a span. A request that is refused before it is
     * a run keeps that span, whose flag says that it is not recorded.
     */
    public static void begin(ServerRequest request, ServerResponse response) {
        request.context().register(ARRIVAL, Instant.now());
        String traceId = request.headers()
                .first(TRACE)
                .flatMap(TraceParent::parse)
                .map(TraceParent::traceId)
                .orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
        String spanId = HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());
        response.header(TRACE, new TraceParent(traceId, spanId, false).text());
    }

    /** When {@link #begin} saw the request. */
    public static Instant arrival(ServerRequest request) {
        return request.context().get(ARRIVAL, Instant.class).orElseGet(Instant::now);
    }

    /** Says which span the run is, so that the client can link to it. */
    public static void write(ServerResponse response, RunOrigin origin, UUID run) {
        response.header(TRACE, origin.span(run).text());
    }

    /** A namespace may have slashes, such as that of an URL. */
    private static Optional<ParentRun> parent(String header) {
        String text = header.strip();
        int run = text.lastIndexOf('/');
        int job = text.lastIndexOf('/', run - 1);
        if (job < 1 || run == job + 1 || text.length() > LONGEST) {
            return Optional.empty();
        }
        return uuid(text.substring(run + 1))
                .map(id -> new ParentRun(text.substring(0, job), text.substring(job + 1, run), id));
    }

    private static Optional<UUID> uuid(String text) {
        return text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                ? Optional.of(UUID.fromString(text))
                : Optional.empty();
    }
}
