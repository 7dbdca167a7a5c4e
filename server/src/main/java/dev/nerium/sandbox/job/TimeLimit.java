package dev.nerium.sandbox.job;

import java.time.Duration;

/**
 * How long a run may take.
 *
 * @param source source of the limit: a field of the request, or a configuration key
 * @param longest maximum of a request
 */
public record TimeLimit(Duration duration, String source, Duration longest) {
    /** The same with another duration. */
    public TimeLimit within(Duration other) {
        return new TimeLimit(other, source, longest);
    }
}
