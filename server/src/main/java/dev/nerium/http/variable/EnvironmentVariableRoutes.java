package dev.nerium.http.variable;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;

/** {@code /api/v1/environment-variables}: values are shown to the scope admin only. */
public final class EnvironmentVariableRoutes {
    private static final String PATH = "/api/v1/environment-variables";
    private static final String ONE = PATH + "/{id}";

    /** The client's model needs an organization; a server is one. */
    private static final String ORGANIZATION = "default";

    private final Authentication authentication;
    private final EnvironmentVariables variables;
    private final ByteSize maxBody;

    public EnvironmentVariableRoutes(Authentication authentication, EnvironmentVariables variables, ByteSize maxBody) {
        this.authentication = authentication;
        this.variables = variables;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.get(PATH, this::list);
        routes.post(PATH, this::set);
        routes.get(ONE, this::show);
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
        fields.requireKnown(List.of("name", "value"));
        String name = fields.required("name", "it is the name of the variable");
        // The message about a value of a wrong type must not quote it.
        String value = fields.value("value")
                .filter(node -> node.isTextual())
                .orElseThrow(() -> NeriumException.invalid("value is missing or no text: expected a string."))
                .textValue();
        send(response, json(variables.set(name, value, principal.keyId())));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        admin(request, "deleting environment variables");
        variables.delete(id(request));
        Json.send(response, Json.MAPPER.createObjectNode().put("success", true));
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
        return Json.MAPPER
                .createObjectNode()
                .put("id", variable.id())
                .put("created_at", variable.createdAt().toString())
                .put("updated_at", variable.updatedAt().toString())
                .put("name", variable.name())
                .put("value", variable.value())
                .put("organization_id", ORGANIZATION)
                .put("created_by_user_id", variable.createdBy());
    }
}
