package dev.nerium.lake;

import java.time.Duration;
import java.time.Instant;

/**
 * Which files that no snapshot knows shall go.
 *
 * @param olderThan files changed before it
 */
public record OrphanOrder(Instant olderThan, Effect effect) {
    /** Running writes place files before they commit, and no run takes longer. */
    public static final Duration LEAST_AGE = Duration.ofHours(1);

    public static final Duration USUAL_AGE = Duration.ofDays(3);
}
