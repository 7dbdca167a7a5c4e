package dev.nerium.http;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.List;

/** The listening server. */
public final class HttpServer implements AutoCloseable {
    /** Filters in a query may be long. */
    private static final int LONGEST_FIRST_LINE = 64 << 10;

    private final WebServer server;
    private final Routes routes;

    private HttpServer(WebServer server, Routes routes) {
        this.server = server;
        this.routes = routes;
    }

    /** Listens, with all routes in place. */
    public static HttpServer start(NeriumConfig.Http config, Routes routes) {
        HttpRouting.Builder routing = HttpRouting.builder();
        Errors.register(routing);
        routes.register(routing);
        WebServer server = WebServer.builder()
                .host(config.host())
                .port(config.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofSeconds(1))
                // A reply of several writes would wait for the client to acknowledge the one before.
                .connectionOptions(options -> options.tcpNoDelay(true))
                .idleConnectionTimeout(Duration.ofHours(1))
                .directHandlers(handlers ->
                        List.of(EventType.values()).forEach(type -> handlers.addHandler(type, Errors::refuse)))
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(LONGEST_FIRST_LINE)
                        .build())
                .addRouting(routing)
                .build()
                .start();
        // Helidon logs that a port can't be had, and goes on without it.
        if (!server.isRunning() || server.port() <= 0) {
            server.stop();
            routes.close();
            throw new ConfigException(
                    "Port %d of %s can't be listened on: another program may have it. Take another --port."
                            .formatted(config.port(), config.host()));
        }
        return new HttpServer(server, routes);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
        routes.close();
    }
}
