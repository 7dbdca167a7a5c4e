package dev.nerium.result;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/** Dates, times, datetimes and durations: every number that fits the column has a text. */
final class Times {
    private static final long MILLIS_PER_DAY = 86_400_000;

    private Times() {}

    static Layout dateInDays() {
        return Layout.fixed(4, b -> {
            IsoText text = new IsoText();
            return (row, out) -> text.date(b.getInt(row * 4)).write(out);
        });
    }

    static Layout dateInMillis() {
        return Layout.fixed(8, b -> {
            IsoText text = new IsoText();
            return (row, out) ->
                    text.date(Math.floorDiv(b.getLong(row * 8), MILLIS_PER_DAY)).write(out);
        });
    }

    static Layout time(int bits, TimeUnit unit) throws CorruptResultException {
        return switch (bits) {
            case 32 ->
                Layout.fixed(4, b -> {
                    IsoText text = new IsoText();
                    return (row, out) -> text.time(b.getInt(row * 4), unit).write(out);
                });
            case 64 ->
                Layout.fixed(8, b -> {
                    IsoText text = new IsoText();
                    return (row, out) -> text.time(b.getLong(row * 8), unit).write(out);
                });
            default -> throw new CorruptResultException("a time has " + bits + " bits");
        };
    }

    static Layout dateTime(TimeUnit unit) {
        return Layout.fixed(8, b -> {
            IsoText text = new IsoText();
            return (row, out) -> dateTime(text, b.getLong(row * 8), unit).write(out);
        });
    }

    /** A zone that this JVM does not know is written as UTC: the instant stays exact. */
    static Layout zonedDateTime(TimeUnit unit, String zone) {
        ZoneRules rules = rules(zone);
        return Layout.fixed(8, b -> zoned(b, unit, rules));
    }

    static Layout duration(TimeUnit unit) {
        return Layout.fixed(8, b -> {
            IsoText text = new IsoText();
            return (row, out) -> text.duration(b.getLong(row * 8), unit).write(out);
        });
    }

    private static Cells zoned(ByteBuffer values, TimeUnit unit, ZoneRules rules) {
        IsoText text = new IsoText();
        return (row, out) -> {
            long value = values.getLong(row * 8);
            long second = Math.floorDiv(value, unit.perSecond);
            ZoneOffset offset = rules.getOffset(Instant.ofEpochSecond(second));
            text.dateTime(second + offset.getTotalSeconds(), Math.floorMod(value, unit.perSecond), unit)
                    .offset(offset)
                    .write(out);
        };
    }

    private static IsoText dateTime(IsoText text, long value, TimeUnit unit) {
        return text.dateTime(Math.floorDiv(value, unit.perSecond), Math.floorMod(value, unit.perSecond), unit);
    }

    private static ZoneRules rules(String zone) {
        try {
            return ZoneId.of(zone).getRules();
        } catch (DateTimeException e) {
            return ZoneOffset.UTC.getRules();
        }
    }
}
