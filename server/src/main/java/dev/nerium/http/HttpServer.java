package dev.nerium.http;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;

/** The listening server. */
public final class HttpServer implements AutoCloseable {
    private final WebServer server;

    private HttpServer(WebServer server) {
        this.server = server;
    }

    /** Listens, with all routes in place. */
    public static HttpServer start(NeriumConfig.Http config, Routes routes) {
        HttpRouting.Builder routing = HttpRouting.builder();
        Errors.register(routing);
        routes.register(routing);
        routing.any(HttpServer::refuse);
        WebServer server = WebServer.builder()
                .host(config.host())
                .port(config.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofSeconds(1))
                .idleConnectionTimeout(Duration.ofHours(1))
                .directHandlers(handlers ->
                        List.of(EventType.values()).forEach(type -> handlers.addHandler(type, Errors::refuse)))
                .addRouting(routing)
                .build()
                .start();
        // Helidon logs that a port can't be had, and goes on without it.
        if (!server.isRunning() || server.port() <= 0) {
            server.stop();
            throw new ConfigException(
                    "Port %d of %s can't be listened on: another program may have it. Take another --port."
                            .formatted(config.port(), config.host()));
        }
        return new HttpServer(server);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    /** No route took the request: the path is unknown, or known with other methods. */
    private static void refuse(ServerRequest request, ServerResponse response) {
        String path = request.path().path();
        List<String> methods = Routes.methods(path);
        String method = request.prologue().method().text();
        if (methods.isEmpty()) {
            throw new NeriumException(
                    ErrorCode.ROUTE_NOT_FOUND, "There is no route " + path + ". See /docs for those that there are.");
        }
        response.header("Allow", String.join(", ", methods));
        throw new NeriumException(
                ErrorCode.METHOD_NOT_ALLOWED,
                path + " does not take " + method + ": use " + String.join(" or ", methods) + ".");
    }
}
