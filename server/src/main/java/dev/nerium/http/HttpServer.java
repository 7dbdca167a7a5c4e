package dev.nerium.http;

import dev.nerium.config.ConfigException;
import dev.nerium.config.HttpConfig;
import dev.nerium.http.common.ClientAddresses;
import dev.nerium.http.common.ErrorResponses;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.http.connection.TlsReloader;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The listening server. */
public final class HttpServer implements AutoCloseable {
    /** Filters in a query may be long. */
    private static final int LONGEST_FIRST_LINE = 64 << 10;

    private final WebServer server;
    private final Routes routes;
    private final ListenerWatch listener;

    private HttpServer(WebServer server, Routes routes, ListenerWatch listener) {
        this.server = server;
        this.routes = routes;
        this.listener = listener;
    }

    /**
     * Listens, with all routes in place.
     *
     * @param tls empty for plain HTTP
     */
    public static HttpServer start(
            HttpConfig config, Routes routes, OpenConnections connections, Optional<TlsReloader> tls) {
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(new SecurityHeaders(new ClientAddresses(config.trustedProxies()))::add);
        routing.addFilter(UnreadBody::endConnection);
        routing.addFilter(RepeatedHeaders::refuse);
        ErrorResponses.register(routing);
        routes.register(routing);
        WebServerConfig.Builder builder = WebServer.builder();
        tls.ifPresent(files ->
                builder.tls(Tls.builder().sslContext(connections.guard(files)).build()));
        WebServer server = builder.host(config.host())
                .port(config.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofSeconds(1))
                // A reply of several writes would wait for the client to acknowledge the one before.
                // Helidon's NIO sockets write at most 8 KiB at once, and cost a small request more.
                .useNio(false)
                .connectionOptions(options -> options.tcpNoDelay(true))
                // A hard limit behind that of the selector: where it is reached, new connections wait in the kernel.
                .maxTcpConnections(connections.sockets())
                .directHandlers(handlers ->
                        List.of(EventType.values()).forEach(type -> handlers.addHandler(type, ErrorResponses::refuse)))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(connections.selector(LONGEST_FIRST_LINE))
                .addRouting(routing)
                .build()
                .start();
        // Helidon logs that a port can't be had, and goes on without it.
        if (!server.isRunning() || server.port() <= 0) {
            server.stop();
            routes.close();
            throw new ConfigException(
                    "Cannot listen on port %d of %s; the port may be in use. Choose another with --port."
                            .formatted(config.port(), config.host()));
        }
        return new HttpServer(server, routes, ListenerWatch.start(config.host(), server.port()));
    }

    /** Waits until the server no longer listens, without having been stopped: then it has lost its connections, too. */
    public void awaitLoss() throws InterruptedException {
        listener.awaitLoss();
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        listener.close();
        server.stop();
        routes.close();
    }
}
