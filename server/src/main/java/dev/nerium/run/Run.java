package dev.nerium.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The record of one workload.
 *
 * @param request the body that asked for it; empty where it can't be asked again
 * @param server the one that ran it
 */
public record Run(
        UUID id,
        NewRun.Owner owner,
        NewRun.What what,
        String codeHash,
        NewRun.Where where,
        RunState state,
        Times times,
        OptionalLong rowCount,
        Optional<String> destination,
        Optional<Failure> failure,
        RunFacts facts,
        Optional<String> request,
        String server) {

    /**
     * @param scheduled when it got its place: the wait since {@code queued} was the queue's
     * @param started when its worker got the job
     */
    public record Times(
            Instant queued, Optional<Instant> scheduled, Optional<Instant> started, Optional<Instant> ended) {
        public Optional<Duration> duration() {
            return started.flatMap(start -> ended.map(end -> Duration.between(start, end)));
        }
    }

    /** @param code of the API's error; empty in a record of an older version */
    public record Failure(Optional<String> code, String error, Optional<String> details) {}
}
