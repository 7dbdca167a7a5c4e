package dev.nerium.http.common;

import dev.nerium.workload.live.ActiveRuns;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects clients that close the connection while their run is queued or executes. The connection is not read during that time, so
 * Helidon does not notice; the kernel does. Thread-safe.
 */
public final class DisconnectMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DisconnectMonitor.class);
    private static final long PERIOD_MILLIS = 500;

    /** Age from which on a client is worth a read of the kernel's table, which takes milliseconds. */
    private static final long YOUNG_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ActiveRuns active;
    private final Map<UUID, Client> clients = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("client-watch").daemon().factory());

    public DisconnectMonitor(ActiveRuns active) {
        this.active = active;
        var _ = clock.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The client of a run, for as long as it is not closed. */
    public final class Client implements AutoCloseable {
        private final UUID run;
        private final TcpConnection connection;
        private final long sinceNanos = System.nanoTime();
        private boolean seen;

        private Client(UUID run, TcpConnection connection) {
            this.run = run;
            this.connection = connection;
        }

        private boolean isYoung() {
            return System.nanoTime() - sinceNanos < YOUNG_NANOS;
        }

        /** One that resets the connection takes it out of the kernel's table, in which it may also never have been. */
        private boolean left(TcpConnections connections) {
            boolean gone = seen && !connections.contains(connection);
            seen |= connections.contains(connection);
            return gone || connections.closedByPeer(connection);
        }

        @Override
        public void close() {
            clients.remove(run, this);
        }
    }

    /** Watches a client. Until the result is closed, its run is notified when the client disconnects. */
    public Client watch(ServerRequest request, UUID run) {
        Client client = new Client(run, TcpConnection.of(request));
        clients.put(run, client);
        return client;
    }

    private void look() {
        if (clients.values().stream().allMatch(Client::isYoung)) {
            return;
        }
        try {
            TcpConnections connections = TcpConnections.read();
            for (Client client : clients.values()) {
                if (client.left(connections)) {
                    active.clientDisconnected(client.run);
                    client.close();
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Can't check the connections of clients", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
