package dev.nerium.sandbox.admission;

import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.Work;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * What a run needs of the machine.
 *
 * @param queueTimeout how long its client wants to wait for a place, where it says so
 * @param backgroundQueueTimeout where it may wait for longer than the configuration says of others
 * @param admittance whether it may still be turned away because too many wait
 * @param onQueued hears, where it has to wait, how to ask for its position in the queue: 1 for the next, 0 for one that waits no more
 */
public record LeaseRequest(
        Work work,
        Tier tier,
        String keyId,
        Optional<Duration> queueTimeout,
        Duration backgroundQueueTimeout,
        Admittance admittance,
        Consumer<IntSupplier> onQueued) {
    /** Of a run that somebody waits for, which tells nobody of it. */
    public LeaseRequest(Work work, Tier tier, String keyId, Optional<Duration> queueTimeout) {
        this(work, tier, keyId, queueTimeout, Duration.ZERO, Admittance.NEW, position -> {});
    }

    /** What its client was told so far. */
    public enum Admittance {
        /** Nothing: it is refused where too many wait. */
        NEW,
        /** That it waits: there was room for it when it came. */
        ACCEPTED
    }

    /** A worker that has run only SQL may run more of it. */
    public boolean takesUsed() {
        return work instanceof Work.Query;
    }
}
