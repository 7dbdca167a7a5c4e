package dev.nerium.observe.telemetry;

import dev.nerium.lake.table.PinnedTable;
import dev.nerium.observe.ObservedRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts.Scan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * A row of {@code telemetry.table_reads}: a version of a table in a run that has ended.
 *
 * @param values by column; an unknown value has none
 */
record TableReadRow(Map<String, Object> values) implements TelemetryRow {
    static Stream<TableReadRow> of(ObservedRun observed) {
        Run run = observed.run();
        return Stream.concat(
                observed.inputs().stream().map(input -> of(run, input.table())),
                observed.files().stream().map(files -> new TableReadRow(values(run, files.name(), files.name()))));
    }

    private static TableReadRow of(Run run, PinnedTable table) {
        Map<String, Object> values = values(
                run, table.reference().toString(), table.reference().name().toString());
        table.snapshotId().ifPresent(snapshot -> values.put("snapshot_id", snapshot));
        return new TableReadRow(values);
    }

    /** @param scanned the table, or the files, as scans name them */
    private static Map<String, Object> values(Run run, String scanned, String name) {
        List<Scan> scans = run.facts().scans().stream()
                .filter(scan -> scan.table().equals(scanned))
                .toList();
        Map<String, Object> values = new HashMap<>();
        values.put(TelemetryTable.KEY_ID, run.owner().keyId());
        values.put("run_id", run.id().toString());
        values.put("key", run.owner().name());
        values.put("time", run.times().ended().orElse(run.times().queued()));
        values.put("table_name", name);
        values.put("plans", scans.size());
        values.put("files", sum(scans, Scan::files));
        values.put("rows_read", sum(scans, Scan::rows));
        values.put("bytes_read", sum(scans, Scan::bytes));
        if (scans.stream().allMatch(scan -> scan.filesSkipped() != null)) {
            values.put("files_skipped", sum(scans, scan -> Objects.requireNonNull(scan.filesSkipped())));
        }
        values.put(
                "columns",
                scans.stream()
                        .map(Scan::columns)
                        .filter(Objects::nonNull)
                        .flatMap(List::stream)
                        .distinct()
                        .toList());
        return values;
    }

    private static long sum(List<Scan> scans, ToLongFunction<Scan> of) {
        return scans.stream().mapToLong(of).sum();
    }

    @Override
    public TelemetryTable table() {
        return TelemetryTable.TABLE_READS;
    }
}
