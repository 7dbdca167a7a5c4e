package dev.nerium.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of a run.
 *
 * @param subject the table that it was about, where it was about one
 */
public record Phase(String name, Optional<String> subject, Instant start, Duration duration) {}
