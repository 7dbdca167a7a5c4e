package dev.nerium.observe.telemetry;

import dev.nerium.observe.ObservedRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code telemetry.runs}: a run that has ended.
 *
 * @param values by column; an unknown value has none
 */
record RunRow(Map<String, Object> values) implements TelemetryRow {
    private static final double MICROS_PER_MILLI = 1000;
    private static final int LONGEST_TEXT = 4000;

    static RunRow of(ObservedRun observed) {
        Run run = observed.run();
        Map<String, Object> values = new HashMap<>();
        values.put(TelemetryTable.KEY_ID, run.owner().keyId());
        values.put("run_id", run.id().toString());
        values.put("key", run.owner().name());
        values.put("mode", run.what().mode());
        values.put("state", run.state().name());
        values.put("code_sha256", run.codeHash());
        values.put("provider", run.where().provider());
        values.put("vcpus", run.where().vcpus());
        values.put("trace_id", observed.traceId());
        if (run.what().mode().equals("query")) {
            values.put("query_text", shortened(run.what().code()));
        }
        put(values, "destination", run.destination());
        run.failure().ifPresent(failure -> {
            put(values, "error_code", failure.code());
            values.put("error", shortened(observed.withoutParams(failure.error())));
        });
        times(values, run.times());
        facts(values, run);
        return new RunRow(values);
    }

    private static void times(Map<String, Object> values, Run.RunTimes times) {
        values.put("queued_at", times.queued());
        put(values, "started_at", times.started());
        put(values, "ended_at", times.ended());
        put(values, "duration_ms", times.ended().map(end -> millis(times.queued(), end)));
        put(values, "queue_ms", times.scheduled().map(place -> millis(times.queued(), place)));
    }

    /** A clock that was set back makes no time negative. */
    private static Long millis(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis());
    }

    private static void facts(Map<String, Object> values, Run run) {
        RunFacts facts = run.facts();
        put(values, "execute_ms", millis(facts.phases().get("execute")));
        put(values, "cpu_ms", millis(facts.cpuMicros()));
        put(values, "peak_memory_bytes", Optional.ofNullable(facts.peakMemoryBytes()));
        values.put("rows_read", facts.rowsIn());
        values.put("bytes_read", facts.bytesIn());
        run.rowCount().ifPresent(rows -> values.put("rows_returned", rows));
        put(values, "bytes_returned", Optional.ofNullable(facts.resultBytes()));
        Optional.ofNullable(facts.output()).ifPresent(output -> {
            values.put("rows_written", output.rows());
            values.put("bytes_written", output.bytes());
        });
        put(values, "cache", Optional.ofNullable(facts.cache()).map(outcome -> outcome.text()));
    }

    private static Optional<Double> millis(@Nullable Long micros) {
        return Optional.ofNullable(micros).map(known -> known / MICROS_PER_MILLI);
    }

    private static void put(Map<String, Object> values, String column, Optional<?> value) {
        value.ifPresent(known -> values.put(column, known));
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_TEXT));
    }

    @Override
    public TelemetryTable table() {
        return TelemetryTable.RUNS;
    }
}
