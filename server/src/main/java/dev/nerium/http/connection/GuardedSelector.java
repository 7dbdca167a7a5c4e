package dev.nerium.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** HTTP/1.1 for every connection. As the only selector it gets a connection at once, before the client has sent a byte. */
final class GuardedSelector implements ServerConnectionSelector {
    private final OpenConnections connections;
    private final ConnectionLimits limits;
    private final Http1ConnectionSelector http1;

    GuardedSelector(OpenConnections connections, ConnectionLimits limits, int longestFirstLine) {
        this.connections = connections;
        this.limits = limits;
        this.http1 = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxPrologueLength(longestFirstLine)
                        .addReceiveListener(new ReceivedBytes())
                        .addSendListener(new Sent())
                        .build())
                .build();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext ctx) {
        return new GuardedConnection(ctx, connections, limits, http1);
    }

    /** Helidon identifies the connection by its context. */
    private static GuardedConnection of(ConnectionContext ctx) {
        return ((GuardedContext) ctx).connection();
    }

    private static final class ReceivedBytes implements Http1ConnectionListener {
        @Override
        public void headers(ConnectionContext ctx, Headers headers) {
            of(ctx).requestBegins(headers);
        }
    }

    private static final class Sent implements Http1ConnectionListener {
        @Override
        public void headers(ConnectionContext ctx, Headers headers) {
            of(ctx).responseBegins(headers.containsToken(HeaderValues.CONNECTION_CLOSE));
        }
    }
}
