package dev.nerium.lake.table;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;

/**
 * One version of a table.
 *
 * @param operation append, overwrite, replace or delete; empty if its writer did not set it
 * @param rows number of its rows; empty if its summary does not have it
 */
public record SnapshotInfo(long id, Instant committedAt, String operation, OptionalLong rows) {

    public static SnapshotInfo of(Snapshot snapshot) {
        String operation = snapshot.operation();
        return new SnapshotInfo(
                snapshot.snapshotId(),
                Instant.ofEpochMilli(snapshot.timestampMillis()),
                operation == null ? "" : operation,
                rows(snapshot.summary()));
    }

    /** An equality delete removes any number of rows, so a table with one can't be counted from its summary. */
    private static OptionalLong rows(Map<String, String> summary) {
        String records = summary.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "");
        String deleted = summary.getOrDefault(SnapshotSummary.TOTAL_POS_DELETES_PROP, "0");
        boolean countable =
                summary.getOrDefault(SnapshotSummary.TOTAL_EQ_DELETES_PROP, "0").equals("0");
        return countable && records.matches("\\d+") && deleted.matches("\\d+")
                ? OptionalLong.of(Long.parseLong(records) - Long.parseLong(deleted))
                : OptionalLong.empty();
    }
}
