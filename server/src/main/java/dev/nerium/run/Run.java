package dev.nerium.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The record of one workload.
 *
 * @param scheduledAt when it got its place: the wait since {@code queuedAt} was the queue's
 * @param startedAt when its worker got the job
 */
public record Run(
        UUID id,
        String mode,
        RunState state,
        String principal,
        Instant queuedAt,
        Optional<Instant> scheduledAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        OptionalLong rowCount,
        Optional<String> destination,
        Optional<String> error,
        Optional<String> details) {

    public Optional<Duration> duration() {
        return startedAt.flatMap(start -> endedAt.map(end -> Duration.between(start, end)));
    }
}
