package dev.nerium.run;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The span of a client that a run belongs to (W3C Trace Context, section 3.2).
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final int HALF = 16;

    /** Parses the header's value; the specification requires to ignore an invalid one. */
    public static Optional<TraceParent> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || isZero(matcher.group(1)) || isZero(matcher.group(2))) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(matcher.group(3), HALF) & 1) == 1;
        return Optional.of(new TraceParent(matcher.group(1), matcher.group(2), sampled));
    }

    private static boolean isZero(String digits) {
        return digits.chars().allMatch(digit -> digit == '0');
    }

    /** The trace's id in the form of a run's. */
    public UUID traceUuid() {
        return new UUID(
                Long.parseUnsignedLong(traceId.substring(0, HALF), HALF),
                Long.parseUnsignedLong(traceId.substring(HALF), HALF));
    }

    /** The header's value. */
    public String text() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
