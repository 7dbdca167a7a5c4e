package dev.nerium.sandbox.process;

import java.nio.file.Path;
import java.time.Duration;

/** Looks now and then at what a run has left on disk. Thread-safe. */
final class DiskQuotaMonitor implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Runnable exceeded;
    private final Thread thread;
    private boolean closed;

    DiskQuotaMonitor(DiskQuota limit, Path folder, Runnable exceeded) {
        this.exceeded = exceeded;
        this.thread = Thread.ofVirtual().name("disk-watch").start(() -> look(limit, folder));
    }

    /** From here on nothing is ended: the worker may be at its next job. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
    }

    private void look(DiskQuota limit, Path folder) {
        try {
            do {
                Thread.sleep(PAUSE);
            } while (!limit.exceededBy(folder));
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void end() {
        if (!closed) {
            exceeded.run();
        }
    }
}
