package dev.nerium.cli.option;

import dev.nerium.config.DurationFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times and durations on the command line. */
public final class TimeArgument {
    private TimeArgument() {}

    /**
     * A time, or how long ago it was: {@code 2026-11-01T12:00:00Z}, {@code 1h}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Instant instant(String option, String text, Clock clock) {
        Optional<Duration> ago = DurationFormat.parse(text);
        if (ago.isPresent()) {
            return clock.instant().minus(ago.get());
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    option + " is '" + text
                            + "': expected how long ago, such as 90s, 45m, 12h or 30d, or a time with its zone, such as"
                            + " 2026-11-01T12:00:00Z.",
                    e);
        }
    }

    /**
     * Whole seconds, with or without a unit: {@code 90}, {@code 5m}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static int seconds(String option, String text) {
        return DurationFormat.parse(text.matches("\\d+") ? text + "s" : text)
                .filter(duration -> duration.isPositive() && duration.toMillisPart() == 0)
                .filter(duration -> duration.toSeconds() <= Integer.MAX_VALUE)
                .map(duration -> (int) duration.toSeconds())
                .orElseThrow(() -> new IllegalArgumentException(option + " is '" + text
                        + "': expected seconds, such as 90, or a duration such as 90s, 45m or 12h."));
    }
}
