package dev.nerium.observe.telemetry;

import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.PinnedTable;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A row of {@code telemetry.tables}: a table at one moment, by the summary of its current snapshot.
 *
 * @param values by column; an unknown value has none
 */
record TableSizeRow(Map<String, Object> values) implements TelemetryRow {
    static TableSizeRow of(PinnedTable table, Instant observedAt) {
        TableName name = table.reference().name();
        Map<String, Object> values = new HashMap<>();
        values.put("observed_at", observedAt);
        values.put("table_name", name.toString());
        values.put("catalog", name.catalog());
        values.put("namespace", name.namespace());
        values.put("name", name.table());
        table.snapshotAt()
                .ifPresentOrElse(
                        time -> {
                            values.put("snapshot_at", time);
                            table.snapshotId().ifPresent(id -> values.put("snapshot_id", id));
                            table.totalRows().ifPresent(rows -> values.put("rows", rows));
                            table.totalBytes().ifPresent(bytes -> values.put("bytes", bytes));
                            table.totalFiles().ifPresent(files -> values.put("files", files));
                        },
                        () -> {
                            values.put("rows", 0L);
                            values.put("bytes", 0L);
                            values.put("files", 0L);
                        });
        return new TableSizeRow(values);
    }

    @Override
    public TelemetryTable table() {
        return TelemetryTable.TABLES;
    }
}
