package dev.nerium.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in the configuration, in requests and on the command line: {@code 90s}, {@code 30d}. */
public final class DurationFormat {
    /** The expected format, for messages about a text in another one. */
    public static final String EXAMPLES = "500ms, 90s, 45m, 12h or 30d";

    private static final Pattern TEXT = Pattern.compile("(\\d{1,14})(ms|s|m|h|d)");

    /** Its nanoseconds fit into a long. */
    private static final Duration LONGEST = Duration.ofDays(99_999);

    private DurationFormat() {}

    /** Empty if the text is not a duration, or is above 99,999 days. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))))
                        .filter(duration -> duration.compareTo(LONGEST) <= 0)
                : Optional.empty();
    }

    /** In the largest unit of which the duration is a whole number, without fractions of a millisecond. */
    public static String format(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() != 0 || duration.isZero()) {
            return duration.toSeconds() + "s";
        }
        if (duration.toMinutesPart() != 0) {
            return duration.toMinutes() + "m";
        }
        return duration.toHoursPart() != 0 ? duration.toHours() + "h" : duration.toDays() + "d";
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
    }
}
