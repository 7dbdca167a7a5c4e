package dev.nerium.http.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Keys.KeyStates;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.config.DurationFormat;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v2/me} and {@code /api/v2/keys}. The log has a line for each change of a key, without its text. */
public final class KeyRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRoutes.class);

    private static final String PATH = "/api/v2/keys";
    private static final String ONE = PATH + "/{id}";
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Authentication authentication;
    private final Keys keys;
    private final KeyJson json;
    private final ByteSize maxBody;

    public KeyRoutes(Authentication authentication, Keys keys, Clock clock, ByteSize maxBody) {
        this.authentication = authentication;
        this.keys = keys;
        this.json = new KeyJson(clock);
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.get("/api/v2/me", this::showOwn);
        routes.get(PATH, this::list);
        routes.post(PATH, this::create);
        routes.post(ONE + "/rotate", this::rotate);
        routes.put(ONE + "/groups", this::setGroups);
        routes.delete(ONE, this::revoke);
    }

    private void showOwn(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        Json.send(
                response,
                Authentication.tokenOwner(request)
                        .map(json::withPermissions)
                        .orElseGet(() -> json.withPermissions(keys.find(principal.keyId()))));
    }

    private void list(ServerRequest request, ServerResponse response) {
        admin(request, "listing keys");
        int limit = limit(request);
        KeyStates states = QueryParameters.flag(request, "revoked") ? KeyStates.ALL : KeyStates.PRESENT;
        List<Key> page = keys.page(states, QueryParameters.first(request, "after"), limit + 1);
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("keys");
        page.stream().limit(limit).forEach(key -> list.add(json.of(key)));
        body.put("next", page.size() > limit ? page.get(limit - 1).id() : null);
        Json.send(response, body);
    }

    private void create(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = admin(request, "creating keys");
        RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
        fields.requireKnown(List.of("name", "scope", "groups", "lifetime"));
        String name = fields.required("name", "it is the name of the key in lists and records");
        Scope scope = fields.choice("scope", Scope.class)
                .orElseThrow(() -> NeriumException.invalid("scope is missing: choose read, write or admin."));
        Optional<Duration> lifetime = duration(fields, "lifetime");
        lifetime.filter(Duration::isZero).ifPresent(_ -> {
            throw NeriumException.invalid(
                    "lifetime is 0: expected a time above 0, or no lifetime for a key that does not expire.");
        });
        Groups groups = groups(fields).orElse(Groups.NONE);
        // Before the name is recorded, which may be the text of a key.
        Keys.requireName(name);
        NewKey created = authentication.record(
                request, AuditAction.KEY_CREATE, name, () -> keys.create(name, new Rights(scope, groups), lifetime));
        log("created", created.key(), principal);
        response.status(Status.CREATED_201);
        sendText(response, created);
    }

    private void rotate(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        String target = target(request);
        boolean isOwn = target.equals(principal.keyId()) || target.equals(principal.name());
        if (!isOwn) {
            principal.require(Scope.ADMIN, "rotating another key");
        }
        authentication.requireLastSecret(request, "rotating a key");
        RequestFields fields = new RequestFields(optionalBody(request));
        fields.requireKnown(List.of("grace"));
        Duration grace = duration(fields, "grace").orElse(Duration.ZERO);
        String key = isOwn ? principal.keyId() : target;
        NewKey rotated =
                authentication.record(request, AuditAction.KEY_ROTATE, nameOf(key), () -> keys.rotate(key, grace));
        log("rotated", rotated.key(), principal);
        sendText(response, rotated);
    }

    private void setGroups(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = admin(request, "changing the groups of a key");
        RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
        fields.requireKnown(List.of("groups"));
        Groups groups = groups(fields)
                .orElseThrow(() ->
                        NeriumException.invalid("groups is missing: it lists all groups of the key, or none ([])."));
        String key = target(request);
        Key changed =
                authentication.record(request, AuditAction.KEY_GROUPS, nameOf(key), () -> keys.setGroups(key, groups));
        log("put into the groups " + groups.names(), changed, principal);
        Json.send(response, json.of(changed));
    }

    public static Optional<Groups> groups(RequestFields fields) {
        return fields.value("groups").map(list -> {
            List<String> names = new ArrayList<>();
            if (!list.isArray()) {
                throw wrongGroups(list);
            }
            for (JsonNode name : list) {
                if (!name.isTextual()) {
                    throw wrongGroups(list);
                }
                names.add(name.textValue());
            }
            return Groups.of(names);
        });
    }

    private static NeriumException wrongGroups(JsonNode seen) {
        return RequestFields.wrong("groups", seen, "a list of names, such as [\"analysts\"]");
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Principal principal = admin(request, "revoking keys");
        String target = target(request);
        Key revoked = authentication.record(
                request, AuditAction.KEY_REVOKE, nameOf(target), () -> keys.revokeUnlessLastAdmin(target));
        log("revoked", revoked, principal);
        Json.send(response, json.of(revoked));
    }

    private Principal admin(ServerRequest request, String purpose) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.ADMIN, purpose);
        return principal;
    }

    /** Fails with 404 if there is no such key; the text of a key must not be in an event. */
    private String nameOf(String idOrName) {
        return keys.find(idOrName).name();
    }

    private ObjectNode optionalBody(ServerRequest request) throws IOException {
        return request.content().hasEntity()
                ? Json.object(RequestBody.read(request, maxBody))
                : Json.MAPPER.createObjectNode();
    }

    private void sendText(ServerResponse response, NewKey key) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Json.send(response, json.of(key));
    }

    private static void log(String change, Key key, Principal by) {
        LOG.info("The key '{}' ({}) was {} by the key '{}' ({})", key.name(), key.id(), change, by.name(), by.keyId());
    }

    private static Optional<Duration> duration(RequestFields fields, String name) {
        return fields.value(name)
                .map(node -> DurationFormat.parse(node.asText())
                        .filter(_ -> node.isTextual())
                        .orElseThrow(() ->
                                RequestFields.wrong(name, node, "a duration, such as " + DurationFormat.EXAMPLES)));
    }

    public static int limit(ServerRequest request) {
        return QueryParameters.limit(request, USUAL_PAGE, LARGEST_PAGE);
    }

    private static String target(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }
}
