package dev.nerium.http.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Scope;
import dev.nerium.config.Build;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.Router;
import dev.nerium.sandbox.Sandbox;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** {@code /api/v2/status}: what the server does now, and the disk that it uses. */
public final class StatusRoute {
    private final Authentication authentication;
    private final Sandbox sandbox;
    private final Path home;
    private final Path warehouse;
    private final String server;
    private final Instant startedAt;

    /** @param warehouse the folder of the tables of the built-in catalog */
    public StatusRoute(
            Authentication authentication,
            Sandbox sandbox,
            Path home,
            Path warehouse,
            String server,
            Instant startedAt) {
        this.authentication = authentication;
        this.sandbox = sandbox;
        this.home = home;
        this.warehouse = warehouse;
        this.server = server;
        this.startedAt = startedAt;
    }

    public void register(Router routes) {
        routes.get("/api/v2/status", this::show);
    }

    private void show(ServerRequest request, ServerResponse response) throws IOException {
        authentication.principal(request).require(Scope.ADMIN, "reading the status of the server");
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("server", server)
                .put("version", Build.read().version())
                .put("started_at", startedAt.toString());
        body.putObject("runs").put("running", sandbox.running()).put("queued", sandbox.queued());
        body.putObject("workers")
                .put("busy", sandbox.running())
                .put("new", sandbox.newWorkers())
                .put("reusable", sandbox.reusableWorkers());
        DiskUse disk = DiskUse.measure(home, warehouse);
        body.putObject("disk")
                .put("total_bytes", disk.total())
                .put("free_bytes", disk.free())
                .put("data_bytes", disk.data())
                .put("results_bytes", disk.results())
                .put("telemetry_bytes", disk.telemetry());
        Json.send(response, body);
    }
}
