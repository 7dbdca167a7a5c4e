package dev.nerium.result;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Writes ISO 8601 texts without garbage. For one thread; each text is begun with a sign, a date or a clock time. */
final class IsoText {
    private static final int SECONDS_PER_DAY = 86_400;

    private final char[] text = new char[64];
    private int end;

    /** As {@link LocalDate#toString}: years before 0 have a minus, years after 9999 a plus. */
    IsoText date(long epochDay) {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        int year = date.getYear();
        if (year < 0) {
            put('-');
        } else if (year > 9999) {
            put('+');
        }
        return put(Math.abs(year), 4)
                .put('-')
                .put(date.getMonthValue(), 2)
                .put('-')
                .put(date.getDayOfMonth(), 2);
    }

    IsoText dateTime(long localSecond, long fraction, TimeUnit unit) {
        return date(Math.floorDiv(localSecond, SECONDS_PER_DAY))
                .put('T')
                .clock(Math.floorMod(localSecond, SECONDS_PER_DAY), fraction, unit);
    }

    /** A time of day; one outside the day, which only a corrupted column holds, keeps its sign and its hours. */
    IsoText time(long value, TimeUnit unit) {
        if (value < 0) {
            put('-');
        }
        return clock(Math.abs(value / unit.perSecond), Math.abs(value % unit.perSecond), unit);
    }

    IsoText offset(ZoneOffset offset) {
        int seconds = Math.abs(offset.getTotalSeconds());
        put(offset.getTotalSeconds() < 0 ? '-' : '+')
                .put(seconds / 3600, 2)
                .put(':')
                .put(seconds / 60 % 60, 2);
        return seconds % 60 == 0 ? this : put(':').put(seconds % 60, 2);
    }

    IsoText duration(long value, TimeUnit unit) {
        long seconds = Math.abs(value / unit.perSecond);
        long fraction = Math.abs(value % unit.perSecond);
        if (value < 0) {
            put('-');
        }
        put('P').put('T').part(seconds / 3600, 'H').part(seconds / 60 % 60, 'M');
        if (fraction == 0 && value != 0) {
            return part(seconds % 60, 'S');
        }
        put(seconds % 60, 1);
        return (fraction == 0 ? this : shortFraction(fraction, unit)).put('S');
    }

    void write(JsonGenerator out) throws IOException {
        out.writeString(text, 0, end);
        end = 0;
    }

    private IsoText clock(long seconds, long fraction, TimeUnit unit) {
        return put(seconds / 3600, 2)
                .put(':')
                .put(seconds / 60 % 60, 2)
                .put(':')
                .put(seconds % 60, 2)
                .put('.')
                .put(fraction, unit.digits);
    }

    private IsoText shortFraction(long fraction, TimeUnit unit) {
        put('.').put(fraction, unit.digits);
        while (text[end - 1] == '0') {
            end--;
        }
        return this;
    }

    private IsoText part(long value, char unit) {
        return value == 0 ? this : put(value, 1).put(unit);
    }

    private IsoText put(char c) {
        text[end++] = c;
        return this;
    }

    private IsoText put(long value, int minDigits) {
        int digits = minDigits;
        for (long bound = power(minDigits); digits < 19 && value >= bound; bound *= 10) {
            digits++;
        }
        long rest = value;
        for (int i = end + digits - 1; i >= end; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        end += digits;
        return this;
    }

    private static long power(int digits) {
        long power = 1;
        for (int i = 0; i < digits; i++) {
            power *= 10;
        }
        return power;
    }
}
