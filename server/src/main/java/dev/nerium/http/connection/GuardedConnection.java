package dev.nerium.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection. Its thread reads, works and writes in turns; it never waits for the client longer than the limits say. While it
 * works, or writes events to a client that reads them, it may take as long as it wants.
 */
final class GuardedConnection implements ServerConnection, InterruptableTask<Void> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedConnection.class);

    /** Maximum number of bytes to read and discard, so that a client that is still sending can read its response. */
    private static final long MOST_DISCARDED = 64L << 20;

    private static final Duration LINGER = Duration.ofMillis(500);
    private static final Duration LONGEST_LINGER = Duration.ofSeconds(10);

    /** The data or action for which the connection waits. */
    private enum ConnectionPhase {
        /** The first byte of its first request. */
        FIRST_BYTE,
        /** Another request. */
        NOTHING,
        /** The rest of a first line and headers. */
        HEAD,
        /** A body, where there is one. */
        BODY
    }

    private final ConnectionContext context;
    private final OpenConnections connections;
    private final ConnectionLimits limits;
    private final InetAddress address;
    /** Empty without TLS. */
    private final Optional<Socket> belowTls;

    private final ReadDeadline reading = new ReadDeadline();
    private final ReadDeadline writing = new ReadDeadline();
    private final RequestReader reader;
    private final ServerConnection http1;

    private volatile ConnectionPhase phase = ConnectionPhase.FIRST_BYTE;
    private volatile boolean responded;
    private boolean lingers;
    private long headSince;
    private Duration waited = Duration.ZERO;
    private long received;

    GuardedConnection(
            ConnectionContext context,
            OpenConnections connections,
            ConnectionLimits limits,
            Http1ConnectionSelector http1) {
        this.context = context;
        this.connections = connections;
        this.limits = limits;
        SocketAddress remote = context.remotePeer().address();
        this.belowTls = connections.belowTls();
        this.address = remote instanceof InetSocketAddress inet ? inet.getAddress() : InetAddress.getLoopbackAddress();
        this.reader = new RequestReader(this::read, this::requestEnds);
        PatientWriter writer = new PatientWriter(context.dataWriter(), writing, limits.stall());
        this.http1 = http1.connection(new GuardedContext(context, this, reader, writer));
    }

    InetAddress address() {
        return address;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        if (!connections.enter(this)) {
            send(RawResponse.TOO_MANY_CONNECTIONS);
            return;
        }
        try {
            http1.handle(limit);
        } finally {
            try {
                linger();
                endTls();
            } finally {
                belowTls.ifPresent(GuardedConnection::close);
                connections.leave(this);
            }
        }
    }

    /** The headers of a request have been read. */
    void requestBegins(Headers headers) {
        boolean chunked = headers.contains(HeaderNames.TRANSFER_ENCODING);
        reader.bodyBegins(chunked);
        waited = Duration.ZERO;
        received = 0;
        responded = false;
        phase = ConnectionPhase.BODY;
        if (headers.containsToken(HeaderValues.CONNECTION_CLOSE)) {
            // Helidon announces the end of the connection, and goes on to read requests.
            http1.close(false);
        }
    }

    /** @param last whether the response announces the end of the connection */
    void responseBegins(boolean last) {
        responded = true;
        lingers |= last;
        if (phase == ConnectionPhase.BODY && (last || reader.isBroken())) {
            lingers = true;
            http1.close(false);
        }
    }

    private void requestEnds() {
        if (phase == ConnectionPhase.BODY) {
            phase = reader.available() > 0 ? ConnectionPhase.HEAD : ConnectionPhase.NOTHING;
            headSince = System.nanoTime();
            reader.headBegins();
        }
    }

    private byte @Nullable [] read() {
        long since = System.nanoTime();
        reading.begin(timeout(since));
        byte @Nullable [] bytes;
        try {
            bytes = context.serverSocket().get();
        } finally {
            reading.end();
        }
        if (bytes == null && phase == ConnectionPhase.BODY) {
            throw reader.malformed("the connection ended before the body did");
        }
        if (phase == ConnectionPhase.FIRST_BYTE || phase == ConnectionPhase.NOTHING) {
            phase = ConnectionPhase.HEAD;
            headSince = System.nanoTime();
        }
        waited = waited.plusNanos(System.nanoTime() - since);
        received += bytes == null ? 0 : bytes.length;
        return bytes;
    }

    /** A body may come slowly, as from far away, but not a byte at a time. */
    private Duration timeout(long now) {
        return switch (phase) {
            case FIRST_BYTE -> limits.head();
            case NOTHING -> limits.idle();
            case HEAD -> limits.head().minusNanos(now - headSince);
            case BODY ->
                shorter(
                        limits.stall(),
                        limits.stall()
                                .plusSeconds(received / RequestReader.LEAST_BYTES_PER_SECOND)
                                .minus(waited));
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Ends the connection where its client takes too long. Called by another thread than the connection's. */
    void endIfLate() {
        if (reading.isLate() || writing.isLate()) {
            // The thread below could not report it.
            closeSocket();
        } else if (reading.expires()) {
            boolean begun = !responded && (phase == ConnectionPhase.HEAD || phase == ConnectionPhase.BODY);
            LOG.debug("The client at {} was too slow: its connection is closed ({})", address.getHostAddress(), phase);
            Thread.ofVirtual().name("late-client").start(() -> {
                if (begun) {
                    send(RawResponse.REQUEST_TIMEOUT);
                }
                closeSocket();
            });
        } else if (writing.expires()) {
            LOG.debug(
                    "The client at {} does not read its response: its connection is closed", address.getHostAddress());
            closeSocket();
        }
    }

    /** Reads on for a while: a socket that is closed with unread bytes in it takes back the response. */
    private void linger() {
        long end = System.nanoTime() + LONGEST_LINGER.toNanos();
        long discarded = 0;
        while (lingers && discarded < MOST_DISCARDED && System.nanoTime() < end) {
            reading.begin(LINGER);
            byte @Nullable [] bytes;
            try {
                bytes = context.serverSocket().get();
            } catch (UncheckedIOException e) {
                return;
            } finally {
                reading.end();
            }
            if (bytes == null) {
                return;
            }
            discarded += bytes.length;
        }
    }

    /** Ends TLS, which shows the client that nothing was cut off. */
    private void endTls() {
        if (belowTls.isPresent()) {
            writing.begin(limits.stall());
            try {
                context.serverSocket().close();
            } catch (UncheckedIOException e) {
                LOG.debug("A client disconnected before its connection was ended", e);
            } finally {
                writing.end();
            }
        }
    }

    private void send(RawResponse response) {
        try {
            context.serverSocket().write(BufferData.create(response.text().getBytes(StandardCharsets.US_ASCII)));
        } catch (UncheckedIOException e) {
            LOG.debug("A client disconnected before it got the reason", e);
        }
    }

    private void closeSocket() {
        belowTls.ifPresentOrElse(GuardedConnection::close, () -> {
            try {
                context.serverSocket().close();
            } catch (UncheckedIOException e) {
                LOG.debug("A socket was closed already", e);
            }
        });
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("A socket was closed already", e);
        }
    }

    /** Never, for Helidon: it would not look at what the connection waits for. */
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        http1.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}
