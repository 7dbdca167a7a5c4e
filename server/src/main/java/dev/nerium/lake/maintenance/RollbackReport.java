package dev.nerium.lake.maintenance;

import dev.nerium.lake.table.SnapshotInfo;

/**
 * The effect of a rollback, or of its dry run.
 *
 * @param from the snapshot that was current
 * @param to the snapshot that is current now
 * @param schema whether the columns are others with it
 */
public record RollbackReport(MaintenanceMode effect, SnapshotInfo from, SnapshotInfo to, ColumnChanges schema) {
    /** The effect on the table's columns. */
    public enum ColumnChanges {
        KEPT,
        RESTORED
    }
}
