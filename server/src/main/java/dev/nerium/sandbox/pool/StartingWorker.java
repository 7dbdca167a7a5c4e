package dev.nerium.sandbox.pool;

import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.process.Worker;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker that starts in the background, until a run needs it at once. Guarded by its pool, but for the wait. */
final class StartingWorker {
    private final Tier tier;
    private final CompletableFuture<Worker> ready = new CompletableFuture<>();
    private @Nullable Worker launched;
    private boolean claimed;

    StartingWorker(Tier tier) {
        this.tier = tier;
    }

    Tier tier() {
        return tier;
    }

    /** Its process is there, but not ready. */
    synchronized void launched(Worker worker) {
        launched = worker;
        if (!claimed) {
            worker.lowerPriority();
        }
    }

    /** Promises the worker to a run, and makes it start as fast as others; false where it is another's or does not fit. */
    synchronized boolean claim(Tier wanted) {
        if (claimed || !tier.equals(wanted)) {
            return false;
        }
        claimed = true;
        if (launched != null) {
            launched.restorePriority();
        }
        return true;
    }

    synchronized boolean claimed() {
        return claimed;
    }

    void ready(Worker worker) {
        ready.complete(worker);
    }

    void fail(Throwable reason) {
        ready.completeExceptionally(reason);
    }

    Worker await() {
        return ready.join();
    }
}
