package dev.nerium.lake.maintenance;

import dev.nerium.lake.table.SnapshotInfo;

/**
 * What a rollback did, or would do.
 *
 * @param from the snapshot that was current
 * @param to the snapshot that is current now
 * @param schema whether the columns are others with it
 */
public record RollbackReport(MaintenanceMode effect, SnapshotInfo from, SnapshotInfo to, ColumnChanges schema) {
    /** What becomes of the table's columns. */
    public enum ColumnChanges {
        KEPT,
        RESTORED
    }
}
