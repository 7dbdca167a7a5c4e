package dev.nerium.sandbox.protocol;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of the server's time the questions of one job may take: the first seconds at once, from then on a quarter. A flood
 * of questions so slows down who asks, and nobody else. For one thread.
 */
final class CallbackThrottle {
    private static final int PAUSE_PER_ANSWER = 3;

    /** A run that is stopped meanwhile is noticed after it. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private long freeNanos;

    CallbackThrottle(Duration free) {
        this.freeNanos = free.toNanos();
    }

    /** Adds the time of a response, and waits if the total is too long; returns the time of the wait. */
    Duration spend(Duration answer) {
        freeNanos -= answer.toNanos();
        if (freeNanos >= 0) {
            return Duration.ZERO;
        }
        freeNanos = 0;
        Duration asked = answer.multipliedBy(PAUSE_PER_ANSWER);
        Duration pause = asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
        LockSupport.parkNanos(pause.toNanos());
        return pause;
    }
}
