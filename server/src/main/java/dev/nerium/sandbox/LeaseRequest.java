package dev.nerium.sandbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What a run needs of the machine.
 *
 * @param patience how long its client wants to wait for a place, where it says so
 */
public record LeaseRequest(Work work, Tier tier, String keyId, Optional<Duration> patience) {
    /** A worker that has run only SQL may run more of it. */
    boolean takesUsed() {
        return work instanceof Work.Query;
    }
}
