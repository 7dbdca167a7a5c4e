package dev.nerium.http.connection;

import dev.nerium.config.HttpConfig;
import dev.nerium.config.IpNetwork;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections that clients have now, all of them and by address. Thread-safe. */
public final class OpenConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);
    private static final long PERIOD_MILLIS = 250;
    private static final long WARN_NANOS = Duration.ofMinutes(1).toNanos();

    /** Connections that are refused, or are ending, beside those that are served. */
    private static final int SPARE = 64;

    private final ConnectionLimits limits;
    private final Set<GuardedConnection> open = ConcurrentHashMap.newKeySet();
    /** By the thread of the connection. Addresses would not do: two connections can have the same one of a client. */
    private final Map<Thread, Handshake> handshakes = new ConcurrentHashMap<>();

    private final Map<IpNetwork, Integer> byAddress = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - WARN_NANOS);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("connection-watch").daemon().factory());

    /** The number of connections, for monitoring. */
    public record ConnectionCount(int open, int most, long refused) {
        public boolean isFull() {
            return open >= most;
        }
    }

    /** A connection before its first request. It counts as open. */
    private record Handshake(Socket socket, InetAddress address, long deadline) {}

    private OpenConnections(ConnectionLimits limits) {
        this.limits = limits;
        var _ = clock.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    public static OpenConnections limited(HttpConfig config) {
        return new OpenConnections(ConnectionLimits.of(config));
    }

    /** @param longestFirstLine of a request, in bytes */
    public ServerConnectionSelector selector(int longestFirstLine) {
        return new GuardedSelector(this, limits, longestFirstLine);
    }

    public ConnectionCount count() {
        return new ConnectionCount(open.size() + handshakes.size(), limits.most(), refused.get());
    }

    /** Maximum number of open sockets. */
    public int sockets() {
        return limits.most() + SPARE;
    }

    /** The TLS of the listener. */
    public SSLContext guard(TlsReloader tls) {
        return GuardedTls.context(tls::context, this);
    }

    /** Counts a connection until its handshake ends. Fails if a limit is reached: no response could be sent. */
    synchronized void beginHandshake(Socket socket) throws IOException {
        InetAddress address = socket.getInetAddress();
        if (!reserve(address)) {
            throw new SSLException("The limit of connections is reached");
        }
        long deadline = System.nanoTime() + limits.head().toNanos();
        handshakes.put(Thread.currentThread(), new Handshake(socket, address, deadline));
    }

    /**
     * The socket below the TLS of this thread's connection; empty without TLS. Another thread can close it at any time; closing that of
     * TLS waits for a write.
     */
    Optional<Socket> belowTls() {
        return Optional.ofNullable(handshakes.get(Thread.currentThread())).map(Handshake::socket);
    }

    /** Whether this thread may serve one more; if so, the connection has to leave. */
    synchronized boolean enter(GuardedConnection connection) {
        endHandshake(Thread.currentThread());
        if (!reserve(connection.address())) {
            return false;
        }
        open.add(connection);
        return true;
    }

    private boolean reserve(InetAddress address) {
        IpNetwork key = IpNetwork.ofClient(address);
        boolean many = !limits.isProxy(address) && byAddress.getOrDefault(key, 0) >= limits.mostPerAddress();
        if (many || open.size() + handshakes.size() >= limits.most()) {
            refuse(address, many);
            return false;
        }
        byAddress.merge(key, 1, Integer::sum);
        return true;
    }

    synchronized void leave(GuardedConnection connection) {
        if (open.remove(connection)) {
            release(connection.address());
        }
    }

    private synchronized void endHandshake(Thread thread) {
        @Nullable Handshake ended = handshakes.remove(thread);
        if (ended != null) {
            release(ended.address());
        }
    }

    private void release(InetAddress address) {
        byAddress.computeIfPresent(IpNetwork.ofClient(address), (_, count) -> count > 1 ? count - 1 : null);
    }

    private void refuse(InetAddress address, boolean many) {
        long count = refused.incrementAndGet();
        long last = warned.get();
        if (System.nanoTime() - last >= WARN_NANOS && warned.compareAndSet(last, System.nanoTime())) {
            LOG.warn(
                    "A connection from {} was refused: the limit {} is reached. {} connections are open, {} were refused since the start.",
                    address.getHostAddress(),
                    many
                            ? "http.max-connections-per-address (" + limits.mostPerAddress() + ")"
                            : "http.max-connections (" + limits.most() + ")",
                    open.size() + handshakes.size(),
                    count);
        }
    }

    private void look() {
        try {
            open.forEach(GuardedConnection::endIfLate);
            handshakes.forEach(this::endIfLate);
        } catch (RuntimeException e) {
            LOG.error("Connections can't be checked for their time-outs", e);
        }
    }

    /** Helidon closes the socket of a handshake that failed, and does not report it. */
    private void endIfLate(Thread thread, Handshake handshake) {
        if (handshake.deadline() - System.nanoTime() < 0) {
            LOG.debug(
                    "The client at {} was too slow: its connection is closed (TLS handshake)",
                    handshake.address().getHostAddress());
            GuardedConnection.close(handshake.socket());
        }
        if (handshake.socket().isClosed()) {
            endHandshake(thread);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
