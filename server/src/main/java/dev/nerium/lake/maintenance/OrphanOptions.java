package dev.nerium.lake.maintenance;

import java.time.Duration;
import java.time.Instant;

/**
 * Options for removing files that no snapshot references.
 *
 * @param olderThan files changed before it
 */
public record OrphanOptions(Instant olderThan, MaintenanceMode effect) {
    /** Other engines place files before they commit, and seldom take longer. */
    public static final Duration LEAST_AGE = Duration.ofHours(1);

    public static final Duration USUAL_AGE = Duration.ofDays(3);

    /**
     * How old files must at least be, lest those of a write under way go.
     *
     * @param longestRun what a run may take
     */
    public static Duration leastAge(Duration longestRun) {
        return longestRun.compareTo(LEAST_AGE) > 0 ? longestRun : LEAST_AGE;
    }
}
