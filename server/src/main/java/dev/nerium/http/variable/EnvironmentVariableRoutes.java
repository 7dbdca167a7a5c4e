package dev.nerium.http.variable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.variable.EnvironmentVariable;
import dev.nerium.variable.EnvironmentVariables;
import dev.nerium.variable.Readers;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /api/v1/environment-variables}: values are shown to the scope admin only. */
public final class EnvironmentVariableRoutes {
    private static final String PATH = "/api/v1/environment-variables";
    private static final String ONE = PATH + "/{id}";

    private static final String VALUE = "value";
    private static final String READERS = "readers";
    private static final String KEYS = "keys";
    private static final String GROUPS = "groups";
    private static final int MOST_READERS = 1000;

    /** The client's model needs an organization; a server is one. */
    private static final String ORGANIZATION = "default";

    private final Authentication authentication;
    private final Keys keys;
    private final EnvironmentVariables variables;
    private final ByteSize maxBody;

    public EnvironmentVariableRoutes(
            Authentication authentication, Keys keys, EnvironmentVariables variables, ByteSize maxBody) {
        this.authentication = authentication;
        this.keys = keys;
        this.variables = variables;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.get(PATH, this::list);
        routes.post(PATH, this::set);
        routes.get(ONE, this::show);
        routes.put(ONE, this::change);
        routes.delete(ONE, this::delete);
    }

    private void list(ServerRequest request, ServerResponse response) {
        admin(request, "reading environment variables");
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("environment_variables");
        variables.list().forEach(variable -> list.add(json(variable)));
        send(response, body);
    }

    private void show(ServerRequest request, ServerResponse response) {
        admin(request, "reading environment variables");
        send(response, json(variables.find(id(request))));
    }

    private void set(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = admin(request, "setting environment variables");
        RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
        fields.requireKnown(List.of("name", VALUE, READERS));
        String name = fields.required("name", "it is the name of the variable");
        String value = value(fields).orElseThrow(EnvironmentVariableRoutes::noValue);
        Optional<Readers> readers = readers(fields);
        send(
                response,
                json(authentication.record(
                        request,
                        AuditAction.VARIABLE_SET,
                        EnvironmentVariables.requireName("name", name),
                        () -> variables.set(name, value, readers, principal.keyId()))));
    }

    private void change(ServerRequest request, ServerResponse response) throws IOException {
        admin(request, "changing environment variables");
        RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
        fields.requireKnown(List.of(VALUE, READERS));
        Optional<String> value = value(fields);
        Optional<Readers> readers = readers(fields);
        if (value.isEmpty() && readers.isEmpty()) {
            throw NeriumException.invalid("value and readers are missing: expected one of them, or both.");
        }
        String id = id(request);
        send(
                response,
                json(authentication.record(
                        request,
                        AuditAction.VARIABLE_SET,
                        variables.name(id),
                        () -> variables.change(id, value, readers))));
    }

    /** The message about a value of a wrong type must not quote it. */
    private static Optional<String> value(RequestFields fields) {
        return fields.value(VALUE).map(node -> {
            if (!node.isTextual()) {
                throw noValue();
            }
            return node.textValue();
        });
    }

    private static NeriumException noValue() {
        return NeriumException.invalid("value is missing or no text: expected a string.");
    }

    private Optional<Readers> readers(RequestFields fields) {
        return fields.value(READERS).map(node -> {
            if (!(node instanceof ObjectNode object)) {
                throw RequestFields.wrong(READERS, node, "an object with keys and groups");
            }
            RequestFields lists = new RequestFields(object);
            lists.requireKnown(List.of(KEYS, GROUPS));
            Set<String> ids = names(lists, KEYS).stream()
                    .map(name -> keys.find(name).id())
                    .collect(Collectors.toSet());
            return new Readers(ids, Set.copyOf(names(lists, GROUPS)));
        });
    }

    private static List<String> names(RequestFields lists, String field) {
        JsonNode list = lists.value(field).orElse(Json.MAPPER.createArrayNode());
        if (!list.isArray() || list.size() > MOST_READERS) {
            throw RequestFields.wrong(READERS + "." + field, list, "a list of at most " + MOST_READERS + " names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            if (!name.isTextual() || name.textValue().isBlank()) {
                throw RequestFields.wrong(READERS + "." + field, list, "a list of names");
            }
            names.add(name.textValue());
        }
        return names;
    }

    private void delete(ServerRequest request, ServerResponse response) {
        admin(request, "deleting environment variables");
        String id = id(request);
        Json.send(response, authentication.record(request, AuditAction.VARIABLE_DELETE, variables.name(id), () -> {
            variables.delete(id);
            return Json.MAPPER.createObjectNode().put("success", true);
        }));
    }

    /** No cache may keep the values. */
    private static void send(ServerResponse response, ObjectNode body) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Json.send(response, body);
    }

    private Principal admin(ServerRequest request, String purpose) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.ADMIN, purpose);
        return principal;
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    private static ObjectNode json(EnvironmentVariable variable) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("id", variable.id())
                .put("created_at", variable.createdAt().toString())
                .put("updated_at", variable.updatedAt().toString())
                .put("name", variable.name())
                .put("value", variable.value())
                .put("organization_id", ORGANIZATION)
                .put("created_by_user_id", variable.createdBy());
        ObjectNode readers = json.putObject(READERS);
        variable.readers().keys().forEach(readers.putArray(KEYS)::add);
        variable.readers().groups().forEach(readers.putArray(GROUPS)::add);
        return json;
    }
}
