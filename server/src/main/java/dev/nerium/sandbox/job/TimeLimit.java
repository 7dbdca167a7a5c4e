package dev.nerium.sandbox.job;

import java.time.Duration;

/**
 * How long a run may take.
 *
 * @param source what says so: a field of the request, or a configuration key
 * @param longest what a request may ask for at most
 */
public record TimeLimit(Duration duration, String source, Duration longest) {}
