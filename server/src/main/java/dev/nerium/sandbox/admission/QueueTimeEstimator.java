package dev.nerium.sandbox.admission;

import java.time.Duration;

/** Estimates when a slot becomes free, for the Retry-After header. */
final class QueueTimeEstimator {
    private static final Duration FIRST_GUESS = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final double WEIGHT = 0.2;

    private double meanSeconds = FIRST_GUESS.toSeconds();

    void record(Duration time) {
        meanSeconds += WEIGHT * (time.toMillis() / 1000.0 - meanSeconds);
    }

    /** Until the runs that wait, and one more, have had their place. */
    Duration estimate(int waiting, int places) {
        long seconds = (long) Math.ceil(meanSeconds * (waiting + 1) / Math.max(1, places));
        return Duration.ofSeconds(Math.clamp(seconds, 1, LONGEST.toSeconds()));
    }
}
