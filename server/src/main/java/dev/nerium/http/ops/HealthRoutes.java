package dev.nerium.http.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.Build;
import dev.nerium.distributed.Submitter;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.Router;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.lake.Lake;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.store.StateStore;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes without a key: {@code /health}, {@code /ready}, the OpenAPI file and a page to read it. */
public final class HealthRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HealthRoutes.class);
    private static final int PROBE = 64 << 10;

    private final StateStore store;
    private final Sandbox sandbox;
    private final Lake lake;
    private final Optional<Submitter> submitter;
    private final OpenConnections connections;
    private final Path home;
    private final String server;
    private final String swaggerUi =
            "/META-INF/resources/webjars/swagger-ui/" + Build.read().swaggerUi() + "/";

    /** @param server id of this server, by which the command line recognises it */
    public HealthRoutes(
            StateStore store,
            Sandbox sandbox,
            Lake lake,
            Optional<Submitter> submitter,
            OpenConnections connections,
            Path home,
            String server) {
        this.server = server;
        this.connections = connections;
        this.home = home;
        this.submitter = submitter;
        this.store = store;
        this.lake = lake;
        this.sandbox = sandbox;
    }

    public void register(Router routes) {
        routes.get(
                        "/health",
                        (request, response) -> Json.send(response, status("up").put("server", server)))
                .get("/ready", this::ready)
                .get("/openapi.yaml", (request, response) -> send(response, "/spec/openapi.yaml", "application/yaml"))
                .get("/docs", (request, response) -> send(response, "/docs.html", "text/html"))
                .get("/docs/swagger-ui.css", (request, response) -> asset(request, response, "text/css"))
                .get("/docs/swagger-ui-bundle.js", (request, response) -> asset(request, response, "text/javascript"));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        store.requireWrites();
        requireSpace();
        OpenConnections.ConnectionCount count = connections.count();
        if (count.isFull()) {
            throw new NeriumException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "All %d connections are in use (http.max-connections).".formatted(count.open()));
        }
        if (sandbox.unprotected()) {
            throw new NeriumException(
                    ErrorCode.SANDBOX_UNAVAILABLE,
                    "sandbox.provider is none, so scripts are not isolated."
                            + " If this is intended, set sandbox.allow-unsandboxed: true.");
        }
        ObjectNode body = status("ready");
        sandbox.weaknesses().forEach(body.putArray("weaknesses")::add);
        body.putObject("connections")
                .put("open", count.open())
                .put("most", count.most())
                .put("refused", count.refused());
        // A catalog that is down does not make the server unready: others go on.
        lake.catalogHealth().forEach(body.putObject("catalogs")::put);
        // Neither does an engine: what is not distributed goes on.
        submitter.ifPresent(engine -> body.put("distributed", state(engine)));
        Json.send(response, body);
    }

    /** A run's record, files and rows go to the home: where nothing can be written there, no run ends well. */
    private void requireSpace() {
        try {
            Path probe = Files.createTempFile(home, "ready-", "");
            try {
                Files.write(probe, new byte[PROBE]);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            LOG.error("Nothing can be written to {}", home, e);
            throw new NeriumException(
                    ErrorCode.STATE_STORE_UNAVAILABLE,
                    "Nothing can be written to the server's home: its disk is full or read-only. Free space there.");
        }
    }

    private static String state(Submitter engine) {
        try {
            engine.probe();
            return "ready";
        } catch (NeriumException e) {
            return e.message();
        }
    }

    private static ObjectNode status(String status) {
        return Json.MAPPER.createObjectNode().put("status", status);
    }

    private void asset(ServerRequest request, ServerResponse response, String type) {
        send(response, swaggerUi + request.path().path().substring("/docs/".length()), type);
    }

    private static void send(ServerResponse response, String resource, String type) {
        try (InputStream in = HealthRoutes.class.getResourceAsStream(resource)) {
            response.headers().contentType(MediaTypes.create(type));
            response.send(Objects.requireNonNull(in, resource).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
