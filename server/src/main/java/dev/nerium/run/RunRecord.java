package dev.nerium.run;

import java.time.Instant;
import java.util.Optional;

/**
 * A run as it is first written.
 *
 * @param acceptedMicros when it was accepted, in microseconds since 1970; no other run of the server has the same
 * @param resumption the data for starting the run after a restart
 * @param log its output; empty until it ended
 */
record RunRecord(Run run, long acceptedMicros, Optional<String> resumption, Optional<String> log) {
    RunRecord started(Instant scheduledAt, Instant startedAt) {
        return new RunRecord(run.running(scheduledAt, startedAt), acceptedMicros, resumption, log);
    }

    RunRecord destined(String table) {
        return new RunRecord(run.destined(table), acceptedMicros, resumption, log);
    }

    RunRecord ended(RunEnd end, Instant at) {
        return new RunRecord(run.ended(end, at), acceptedMicros, resumption, Optional.of(end.log()));
    }
}
