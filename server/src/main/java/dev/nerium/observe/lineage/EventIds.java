package dev.nerium.observe.lineage;

import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Makes UUIDs of version 7 that always grow, within a millisecond too (RFC 9562, section 6.2, method 3). Thread-safe. */
final class EventIds {
    private static final int BITS = 12;

    private final Clock clock;
    private long last;

    EventIds(Clock clock) {
        this.clock = clock;
    }

    /** The time and a counter are one number, so that a full counter borrows from the next millisecond. */
    synchronized UUID next() {
        last = Math.max(last + 1, clock.millis() << BITS);
        long high = (last >>> BITS << 16) | 0x7000L | (last & ((1 << BITS) - 1));
        long low = (ThreadLocalRandom.current().nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
