package dev.nerium.http.connection;

import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The deadline of a connection that waits for its client. Another thread checks it, because the waiting thread is blocked. Thread-safe. */
final class ReadDeadline {
    private static final long NONE = Long.MAX_VALUE;
    private static final long LATE = -1;

    private final long origin = System.nanoTime();
    private final AtomicLong deadline = new AtomicLong(NONE);

    void begin(Duration timeout) {
        deadline.set(Math.max(0, now() + timeout.toNanos()));
    }

    /** Fails where it was too late: the connection is being closed. */
    void end() {
        if (deadline.getAndSet(NONE) == LATE) {
            throw new CloseConnectionException("The client took too long");
        }
    }

    /** Whether it is too late; true once. */
    boolean expires() {
        long until = deadline.get();
        return until != LATE && until != NONE && now() > until && deadline.compareAndSet(until, LATE);
    }

    boolean isLate() {
        return deadline.get() == LATE;
    }

    private long now() {
        return System.nanoTime() - origin;
    }
}
