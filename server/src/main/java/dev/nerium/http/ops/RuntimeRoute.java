package dev.nerium.http.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Scope;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.Router;
import dev.nerium.sandbox.Sandbox;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code /api/v2/runtime}: what scripts run on. */
public final class RuntimeRoute {
    private final Authentication authentication;
    private final Sandbox sandbox;

    public RuntimeRoute(Authentication authentication, Sandbox sandbox) {
        this.authentication = authentication;
        this.sandbox = sandbox;
    }

    public void register(Router routes) {
        routes.get("/api/v2/runtime", this::show);
    }

    private void show(ServerRequest request, ServerResponse response) {
        authentication.principal(request).require(Scope.READ, "reading the runtime of scripts");
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("provider", sandbox.provider().text());
        sandbox.scripts().ifPresent(scripts -> {
            body.put("python", scripts.python())
                    .put("polars", scripts.packages().get("polars"));
            scripts.packages().forEach(body.putObject("packages")::put);
        });
        Json.send(response, body);
    }
}
