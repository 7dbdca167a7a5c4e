package dev.nerium.http.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Key;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.quota.Quota;
import dev.nerium.quota.QuotaLimit;
import dev.nerium.quota.QuotaSubject;
import dev.nerium.quota.Quotas;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v2/quotas}. The log has a line for each change. */
public final class QuotaRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaRoutes.class);

    private static final String PATH = "/api/v2/quotas";
    private static final String DEFAULT = PATH + "/default";
    private static final String KEY = PATH + "/key/{id}";
    private static final String GROUP = PATH + "/group/{name}";
    private static final Pattern GROUP_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int LONGEST_SHOWN = 64;

    private final Authentication authentication;
    private final Keys keys;
    private final Quotas quotas;
    private final ByteSize maxBody;

    public QuotaRoutes(Authentication authentication, Keys keys, Quotas quotas, ByteSize maxBody) {
        this.authentication = authentication;
        this.keys = keys;
        this.quotas = quotas;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.get(PATH, this::list);
        register(routes, DEFAULT, _ -> QuotaSubject.DEFAULT);
        register(
                routes,
                KEY,
                request -> QuotaSubject.key(keys.find(part(request, "id")).id()));
        register(routes, GROUP, request -> QuotaSubject.group(groupName(part(request, "name"))));
    }

    private void register(Router routes, String path, Function<ServerRequest, QuotaSubject> subject) {
        routes.get(path, (request, response) -> show(request, response, subject));
        routes.put(path, (request, response) -> set(request, response, subject));
        routes.delete(path, (request, response) -> drop(request, response, subject));
    }

    private void list(ServerRequest request, ServerResponse response) {
        admin(request, "listing quotas");
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("quotas");
        quotas.list().forEach(quota -> list.add(json(quota)));
        Json.send(response, body);
    }

    private void show(ServerRequest request, ServerResponse response, Function<ServerRequest, QuotaSubject> subject) {
        admin(request, "looking at quotas");
        QuotaSubject of = subject.apply(request);
        Json.send(response, json(quotas.find(of).orElseThrow(() -> missing(of))));
    }

    private void set(ServerRequest request, ServerResponse response, Function<ServerRequest, QuotaSubject> subject)
            throws IOException {
        Principal principal = admin(request, "setting quotas");
        QuotaSubject of = subject.apply(request);
        RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
        Map<QuotaLimit, Long> limits = limits(fields);
        Quota quota = authentication.record(
                request, AuditAction.QUOTA_SET, named(of), () -> quotas.set(of, limits, principal));
        LOG.info("The quota of {} was set to {} by the key '{}'", named(of), quota.limits(), principal.name());
        Json.send(response, json(quota));
    }

    /** The limits of a body. */
    public static Map<QuotaLimit, Long> limits(RequestFields fields) {
        fields.requireKnown(QuotaLimit.names());
        Map<QuotaLimit, Long> limits = new EnumMap<>(QuotaLimit.class);
        for (QuotaLimit limit : QuotaLimit.values()) {
            fields.value(limit.text()).ifPresent(node -> limits.put(limit, number(limit.text(), node)));
        }
        if (limits.isEmpty()) {
            throw NeriumException.invalid("The body has no limit: expected at least one of "
                    + String.join(", ", QuotaLimit.names()) + ". To remove a quota, send DELETE.");
        }
        return limits;
    }

    private static long number(String field, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw RequestFields.wrong(field, node, "an integer from 0 to " + Long.MAX_VALUE);
        }
        return node.longValue();
    }

    private void drop(ServerRequest request, ServerResponse response, Function<ServerRequest, QuotaSubject> subject) {
        Principal principal = admin(request, "dropping quotas");
        QuotaSubject of = subject.apply(request);
        Quota quota = quotas.find(of).orElseThrow(() -> missing(of));
        if (authentication.record(request, AuditAction.QUOTA_DROP, named(of), () -> quotas.drop(of))) {
            LOG.info("The quota of {} was dropped by the key '{}'", named(of), principal.name());
        }
        Json.send(response, json(quota));
    }

    private Principal admin(ServerRequest request, String purpose) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.ADMIN, purpose);
        return principal;
    }

    private static String part(ServerRequest request, String name) {
        return request.path().pathParameters().get(name);
    }

    private static String groupName(String name) {
        if (!GROUP_NAME.matcher(name).matches()) {
            throw NeriumException.invalid(
                    "The group is '%s': expected 1 to 64 letters, digits, dots, dashes or underscores."
                            .formatted(PlainText.of(name, LONGEST_SHOWN)));
        }
        return name;
    }

    private NeriumException missing(QuotaSubject of) {
        return new NeriumException(ErrorCode.QUOTA_NOT_FOUND, "There is no quota of " + named(of) + ".");
    }

    private String named(QuotaSubject of) {
        return switch (of.kind()) {
            case DEFAULT -> "all keys";
            case GROUP -> "the group '" + of.name() + "'";
            case KEY -> "the key '" + keyName(of).orElse(of.name()) + "'";
        };
    }

    private ObjectNode json(Quota quota) {
        QuotaSubject of = quota.subject();
        ObjectNode node = Json.MAPPER.createObjectNode().put("kind", of.kind().text());
        switch (of.kind()) {
            case DEFAULT -> {}
            case GROUP -> node.put("group", of.name());
            case KEY -> node.put("key_id", of.name()).put("key", keyName(of).orElse(null));
        }
        ObjectNode limits = node.putObject("limits");
        quota.limits().forEach((limit, value) -> limits.put(limit.text(), value));
        return node.put("updated_by", quota.updatedBy())
                .put("updated_at", quota.updatedAt().toString());
    }

    /** The name of the key, which may be revoked. */
    private Optional<String> keyName(QuotaSubject of) {
        try {
            return Optional.of(keys.find(of.name())).map(Key::name);
        } catch (NeriumException e) {
            return Optional.empty();
        }
    }
}
