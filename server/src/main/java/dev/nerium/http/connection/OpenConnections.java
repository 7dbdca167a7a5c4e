package dev.nerium.http.connection;

import dev.nerium.config.HttpConfig;
import dev.nerium.config.IpNetwork;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
        return new ConnectionCount(open.size(), limits.most(), refused.get());
    }

    /** Maximum number of open sockets. */
    public int sockets() {
        return limits.most() + SPARE;
    }

    /** Whether one more may be served; if so, it has to leave. */
    synchronized boolean enter(GuardedConnection connection) {
        IpNetwork key = IpNetwork.ofClient(connection.address());
        boolean many =
                !limits.isProxy(connection.address()) && byAddress.getOrDefault(key, 0) >= limits.mostPerAddress();
        if (many || open.size() >= limits.most()) {
            refuse(connection.address(), many);
            return false;
        }
        byAddress.merge(key, 1, Integer::sum);
        open.add(connection);
        return true;
    }

    synchronized void leave(GuardedConnection connection) {
        if (open.remove(connection)) {
            byAddress.computeIfPresent(
                    IpNetwork.ofClient(connection.address()), (_, count) -> count > 1 ? count - 1 : null);
        }
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
                    open.size(),
                    count);
        }
    }

    private void look() {
        try {
            open.forEach(GuardedConnection::endIfLate);
        } catch (RuntimeException e) {
            LOG.error("Connections can't be checked for their time-outs", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
