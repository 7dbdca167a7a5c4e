package dev.nerium.observe.telemetry;

import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sums of what ended runs used, by key and day, until they are taken as rows. Thread-safe. */
final class UsageSums {
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;

    private final Map<KeyDay, Sums> sums = new LinkedHashMap<>();

    private record KeyDay(String keyId, LocalDate day) {}

    private static final class Sums {
        private final String key;
        private final TreeSet<String> groups = new TreeSet<>();
        private final Map<String, Long> counts = new HashMap<>();
        private long millis;
        private long cpuMicros;

        Sums(String key) {
            this.key = key;
        }

        void add(String column, @Nullable Long value) {
            counts.merge(column, Optional.ofNullable(value).orElse(0L), Long::sum);
        }
    }

    synchronized void add(Run run) {
        LocalDate day = LocalDate.ofInstant(run.times().queued(), ZoneOffset.UTC);
        Sums of = sums.computeIfAbsent(
                new KeyDay(run.owner().keyId(), day), _ -> new Sums(run.owner().name()));
        RunFacts facts = run.facts();
        of.groups.addAll(run.owner().groups());
        of.add("runs", 1L);
        of.add("failed_runs", run.state() == RunState.FAIL ? 1L : 0L);
        of.add("cancelled_runs", run.state() == RunState.ABORT ? 1L : 0L);
        of.add("rows_read", facts.rowsIn());
        of.add("bytes_read", facts.bytesIn());
        of.add("rows_returned", run.rowCount().orElse(0));
        of.add("bytes_returned", facts.resultBytes());
        of.add("rows_written", facts.rowsOut());
        of.add("bytes_written", facts.bytesOut());
        of.add("stored_bytes", facts.storedBytes());
        of.millis += run.times()
                .duration()
                .filter(Duration::isPositive)
                .map(Duration::toMillis)
                .orElse(0L);
        of.cpuMicros += Optional.ofNullable(facts.cpuMicros()).orElse(0L);
    }

    /** The sums since they were taken before. */
    synchronized List<UsageRow> take(Instant now) {
        List<UsageRow> rows = sums.entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue(), now))
                .toList();
        sums.clear();
        return rows;
    }

    private static UsageRow row(KeyDay of, Sums sums, Instant now) {
        Map<String, Object> values = new HashMap<>(sums.counts);
        values.put(TelemetryTable.KEY_ID, of.keyId());
        values.put("key", sums.key);
        values.put("groups", List.copyOf(sums.groups));
        values.put("day", of.day());
        values.put("observed_at", now);
        values.put("run_seconds", sums.millis / MILLIS_PER_SECOND);
        values.put("cpu_seconds", sums.cpuMicros / MICROS_PER_SECOND);
        return new UsageRow(values);
    }
}
