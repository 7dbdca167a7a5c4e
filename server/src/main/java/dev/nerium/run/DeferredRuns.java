package dev.nerium.run;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of runs that may be written once: when the run has ended, when someone asks for it, or when it has taken {@link
 * #PATIENCE}. Thread-safe.
 */
final class DeferredRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredRuns.class);
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final int CAPACITY = 10_000;

    private final Consumer<RunRecord> insert;
    private final Map<UUID, Deferred> unwritten = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("run-records").daemon().factory());

    /** @param insert writes a record, or fails */
    DeferredRuns(Consumer<RunRecord> insert) {
        this.insert = insert;
    }

    /** Returns whether the record is written later: not if too many wait, because the database does not take them. */
    boolean add(RunRecord first) {
        if (unwritten.size() >= CAPACITY) {
            return false;
        }
        unwritten.put(first.run().id(), new Deferred(first));
        schedule();
        return true;
    }

    /** Changes a record that was not written yet; returns false if it was, or if it is none of these. */
    boolean change(UUID id, UnaryOperator<RunRecord> change) {
        Deferred run = unwritten.get(id);
        return run != null && run.change(change);
    }

    /** Changes a record for the last time, and writes it. Fails if that fails, except for the record of a run that failed. */
    boolean end(UUID id, UnaryOperator<RunRecord> end) {
        Deferred run = unwritten.get(id);
        return run != null && run.end(end);
    }

    void write(UUID id) {
        Deferred run = unwritten.get(id);
        if (run != null) {
            run.write();
        }
    }

    void writeAll() {
        unwritten.values().forEach(Deferred::write);
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            var _ = writer.schedule(this::writeOld, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void writeOld() {
        scheduled.set(false);
        for (Deferred run : unwritten.values()) {
            try {
                run.writeIfOld();
            } catch (RuntimeException e) {
                LOG.error("The run {} can't be recorded yet", run.record.run().id(), e);
                break;
            }
        }
        if (!unwritten.isEmpty()) {
            schedule();
        }
    }

    @Override
    public void close() {
        writer.shutdownNow();
        writeAll();
    }

    /** A record of them. Its lock is held while it is written, so that it is written once. */
    private final class Deferred {
        private final long sinceNanos = System.nanoTime();
        private RunRecord record;
        private boolean written;

        Deferred(RunRecord first) {
            record = first;
        }

        synchronized boolean change(UnaryOperator<RunRecord> change) {
            if (written) {
                return false;
            }
            record = change.apply(record);
            return true;
        }

        synchronized boolean end(UnaryOperator<RunRecord> end) {
            if (!change(end)) {
                return false;
            }
            try {
                write();
            } catch (RuntimeException e) {
                if (record.run().state() == RunState.COMPLETE) {
                    throw e;
                }
                LOG.error(
                        "The end of the run {} can't be recorded yet",
                        record.run().id(),
                        e);
            }
            return true;
        }

        synchronized void write() {
            if (!written) {
                insert.accept(record);
                written = true;
                unwritten.remove(record.run().id());
            }
        }

        synchronized void writeIfOld() {
            if (System.nanoTime() - sinceNanos >= PATIENCE.toNanos()) {
                write();
            }
        }
    }
}
