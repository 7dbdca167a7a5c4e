package dev.nerium.sandbox.admission;

import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.Work;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The request of a run for a worker.
 *
 * @param queueTimeout maximum time in the queue of the request, if it has one
 * @param backgroundQueueTimeout minimum of the time in the queue, if it is longer than in the configuration
 * @param admittance whether it may still be refused because the queue is full
 * @param onQueued called when the run is queued, with a supplier of its position (1 = next, 0 = no longer waiting); the run leaves
 *     the queue if this fails
 */
public record LeaseRequest(
        Work work,
        Tier tier,
        String keyId,
        Optional<Duration> queueTimeout,
        Duration backgroundQueueTimeout,
        Admittance admittance,
        Consumer<IntSupplier> onQueued) {
    /** A request for a synchronous run, without a listener for its position. */
    public LeaseRequest(Work work, Tier tier, String keyId, Optional<Duration> queueTimeout) {
        this(work, tier, keyId, queueTimeout, Duration.ZERO, Admittance.NEW, position -> {});
    }

    /** Whether the run has been accepted. */
    public enum Admittance {
        /** Not accepted yet: it is refused if the queue is full. */
        NEW,
        /** Accepted: there was space in the queue, and it is never refused afterwards. */
        ACCEPTED
    }

    /** A worker that has run only SQL may run more of it. */
    public boolean takesUsed() {
        return work instanceof Work.Query;
    }
}
