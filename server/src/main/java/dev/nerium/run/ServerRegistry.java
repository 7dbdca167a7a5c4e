package dev.nerium.run;

import dev.nerium.store.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that share one database. Each sends heartbeats; if a server has sent none for a minute, another server ends its
 * open runs. Thread-safe.
 */
public final class ServerRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRegistry.class);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration LIVENESS_TIMEOUT = Duration.ofMinutes(1);

    private final StateStore store;
    private final Runs runs;
    private final String id;
    private final Clock clock;
    private final Duration queueTimeout;
    private final Consumer<Run> listener;
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeat").daemon().factory());

    /**
     * @param queueTimeout time after which runs that another server accepted but did not start are ended
     * @param listener called with each run of another server that is ended
     */
    public ServerRegistry(
            StateStore store, Runs runs, String id, Clock clock, Duration queueTimeout, Consumer<Run> listener) {
        this.store = store;
        this.runs = runs;
        this.id = id;
        this.clock = clock;
        this.queueTimeout = queueTimeout;
        this.listener = listener;
    }

    /** The id of the server of a home, made at its first start. */
    public static String id(Path home) throws IOException {
        Path file = home.resolve("server.id");
        if (Files.notExists(file)) {
            // At once: half of an id would be another one.
            Path part = home.resolve("server.id.part");
            Files.writeString(part, UUID.randomUUID().toString());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    public void start() {
        var _ = heartbeat.scheduleWithFixedDelay(this::beat, 0, HEARTBEAT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            store.change(handle -> handle.execute(
                    "insert into server (id, seen_at) values (?, ?)"
                            + " on conflict (id) do update set seen_at = excluded.seen_at",
                    id,
                    clock.millis()));
            expireDeadServers();
        } catch (RuntimeException e) {
            LOG.warn("Heartbeat failed", e);
        }
    }

    private void expireDeadServers() {
        List<String> silent =
                store.with(handle -> handle.createQuery("select id from server where seen_at < ? and id <> ?")
                        .bind(0, clock.millis() - LIVENESS_TIMEOUT.toMillis())
                        .bind(1, id)
                        .mapTo(String.class)
                        .list());
        silent.forEach(this::bury);
    }

    /** It may come back, and begin what waits for it. */
    private void bury(String gone) {
        List<Run> ended = runs.abortOf(gone, clock.instant().minus(queueTimeout));
        ended.forEach(listener);
        if (!ended.isEmpty()) {
            LOG.warn(
                    "The server {} has sent no heartbeat for {}: ending its {} runs",
                    gone,
                    LIVENESS_TIMEOUT,
                    ended.size());
        }
        if (!runs.hasOpen(gone)) {
            store.change(handle -> handle.execute("delete from server where id = ?", gone));
        }
    }

    @Override
    public void close() {
        heartbeat.shutdownNow();
    }
}
