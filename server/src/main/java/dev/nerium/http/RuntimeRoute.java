package dev.nerium.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Scope;
import dev.nerium.sandbox.Sandbox;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code /api/v2/runtime}: what scripts run on. */
final class RuntimeRoute {
    private final Authentication authentication;
    private final Sandbox sandbox;

    RuntimeRoute(Authentication authentication, Sandbox sandbox) {
        this.authentication = authentication;
        this.sandbox = sandbox;
    }

    void register(RouteTable routes) {
        routes.get("/api/v2/runtime", this::show);
    }

    private void show(ServerRequest request, ServerResponse response) {
        authentication.principal(request).require(Scope.READ, "reading what scripts run on");
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
