package dev.nerium.result;

import static org.apache.arrow.flatbuf.TimeUnit.MICROSECOND;
import static org.apache.arrow.flatbuf.TimeUnit.MILLISECOND;
import static org.apache.arrow.flatbuf.TimeUnit.NANOSECOND;

/** The units that Polars has; Arrow's second is not among them. */
enum TimeUnit {
    MILLIS(1_000, 3),
    MICROS(1_000_000, 6),
    NANOS(1_000_000_000, 9);

    final long perSecond;
    final int digits;

    TimeUnit(long perSecond, int digits) {
        this.perSecond = perSecond;
        this.digits = digits;
    }

    static TimeUnit of(short arrow) throws CorruptResultException {
        return switch (arrow) {
            case MILLISECOND -> MILLIS;
            case MICROSECOND -> MICROS;
            case NANOSECOND -> NANOS;
            default -> throw new CorruptResultException("a time unit is " + arrow + ": expected ms, us or ns");
        };
    }
}
