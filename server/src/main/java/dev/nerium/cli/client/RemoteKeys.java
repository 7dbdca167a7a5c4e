package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Scope;
import dev.nerium.config.DurationFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The keys of a server, over HTTP, with a key that may manage them. */
public final class RemoteKeys implements KeyClient {
    private static final String PATH = "/api/v2/keys";

    private final ServerAccess access;
    private final NeriumClient client;

    public RemoteKeys(ServerAccess access) {
        this.access = access;
        this.client = new NeriumClient(access);
    }

    @Override
    public String create(String name, Rights rights, Optional<Duration> lifetime) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("scope", rights.scope().name().toLowerCase(Locale.ROOT));
        if (!rights.groups().names().isEmpty()) {
            putGroups(body, rights.groups());
        }
        lifetime.ifPresent(time -> body.put("lifetime", DurationFormat.format(time)));
        return post(PATH, body).path("key").asText();
    }

    @Override
    public List<Key> list() {
        List<Key> keys = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = parse(NeriumClient.text(client.get(PATH + "?limit=1000" + after, NeriumClient.JSON)));
            page.path("keys").forEach(key -> keys.add(key(key)));
            after = page.path("next").isTextual()
                    ? "&after=" + page.path("next").asText()
                    : "";
        } while (!after.isEmpty());
        return keys.reversed();
    }

    @Override
    public String rotate(String key, Duration grace) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("grace", DurationFormat.format(grace));
        return post(one(key) + "/rotate", body).path("key").asText();
    }

    @Override
    public void setGroups(String key, Groups groups) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        putGroups(body, groups);
        NeriumClient.text(client.put(one(key) + "/groups", body));
    }

    private static void putGroups(ObjectNode body, Groups groups) {
        groups.names().forEach(body.putArray("groups")::add);
    }

    @Override
    public void revoke(String key) {
        NeriumClient.text(client.delete(one(key)));
    }

    private JsonNode post(String path, ObjectNode body) {
        return parse(NeriumClient.text(client.post(path, body)));
    }

    private static JsonNode parse(String body) {
        return WorkloadReply.parse(body).rest();
    }

    private static String one(String key) {
        return PATH + "/" + UrlPart.of(key);
    }

    private static Key key(JsonNode key) {
        return new Key(
                key.path("id").asText(),
                key.path("name").asText(),
                new Rights(Scope.valueOf(key.path("scope").asText().toUpperCase(Locale.ROOT)), groups(key)),
                Instant.parse(key.path("created_at").asText()),
                time(key, "expires_at"),
                time(key, "revoked_at"),
                time(key, "rotated_at")
                        .map(at -> new Key.Rotation(
                                at, time(key, "former_secret_expires_at").orElse(at))));
    }

    private static Groups groups(JsonNode key) {
        List<String> names = new ArrayList<>();
        key.path("groups").forEach(name -> names.add(name.asText()));
        return new Groups(List.copyOf(names));
    }

    private static Optional<Instant> time(JsonNode key, String field) {
        return Optional.ofNullable(key.path(field).textValue()).map(Instant::parse);
    }

    @Override
    public void close() {
        access.close();
    }
}
