package dev.nerium.sandbox;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets as many runs in as the machine can carry; the others wait in order, and not forever. Thread-safe. */
final class Admission {
    private final Semaphore places;
    private final int maxQueued;
    private final Duration patience;

    Admission(int places, int maxQueued, Duration patience) {
        this.places = new Semaphore(places, true);
        this.maxQueued = maxQueued;
        this.patience = patience;
    }

    /** Waits for a place, which must be left again. */
    void enter() throws InterruptedException {
        if (places.tryAcquire()) {
            return;
        }
        if (places.getQueueLength() >= maxQueued) {
            throw full("%d runs wait already (sandbox.max-queued)".formatted(maxQueued));
        }
        if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw full("the run waited for %d s (sandbox.queue-timeout)".formatted(patience.toSeconds()));
        }
    }

    void leave() {
        places.release();
    }

    private static NeriumException full(String why) {
        return new NeriumException(ErrorCode.QUEUE_FULL, "The server is busy: " + why + ". Try again later.");
    }
}
