package dev.nerium.workload.live;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels the runs of keys that are revoked, and drops what is kept for these keys, which other processes on the same database may do as well. Thread-safe. */
public final class KeyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final ActiveRuns active;
    private final Runnable drop;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("key-watch").daemon().factory());

    /** @param drop drops what is kept for keys that are revoked */
    public KeyWatch(ActiveRuns active, Runnable drop) {
        this.active = active;
        this.drop = drop;
        var _ = clock.scheduleWithFixedDelay(this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            active.cancelRevoked();
            drop.run();
        } catch (RuntimeException e) {
            LOG.warn("Can't check whether the keys of active runs and cached results are still valid", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
