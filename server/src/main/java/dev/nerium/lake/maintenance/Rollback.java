package dev.nerium.lake.maintenance;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.maintenance.RollbackOptions.Reach;
import dev.nerium.lake.maintenance.RollbackOptions.RollbackTarget;
import dev.nerium.lake.maintenance.RollbackReport.ColumnChanges;
import dev.nerium.lake.table.SnapshotInfo;
import java.time.Instant;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Makes an earlier snapshot the current one, by Iceberg's own action, and its columns with it: an overwrite may have replaced
 * them all, and the rows would read as nulls.
 */
final class Rollback {
    private final Table table;
    private final TableOperations operations;
    private final RollbackOptions order;

    private Rollback(TableOperations operations, RollbackOptions order) {
        this.operations = order.effect() == MaintenanceMode.REAL ? operations : new DryRunTableOperations(operations);
        this.table = new BaseTable(this.operations, "");
        this.order = order;
    }

    /** The caller keeps other commits of this server away. */
    static RollbackReport run(TableOperations operations, RollbackOptions order) {
        return new Rollback(operations, order).run();
    }

    private RollbackReport run() {
        Snapshot from = table.currentSnapshot();
        if (from == null) {
            throw NeriumException.invalid("The table has no snapshot, so it can't be rolled back.");
        }
        Snapshot to = target();
        boolean ancestor = SnapshotUtil.isAncestorOf(table, from.snapshotId(), to.snapshotId());
        if (!ancestor && order.reach() == Reach.ANCESTORS) {
            throw NeriumException.invalid(
                    "The snapshot %d is not an ancestor of the current one, %d: the rollback would drop changes that it does not have. Set force to roll back anyway."
                            .formatted(to.snapshotId(), from.snapshotId()));
        }
        // The writer of a table of version 1 may not have recorded the schema: the columns stay then.
        int schema = Objects.requireNonNullElse(to.schemaId(), table.schema().schemaId());
        ColumnChanges columns = schema == table.schema().schemaId() ? ColumnChanges.KEPT : ColumnChanges.RESTORED;
        TableOperations target =
                columns == ColumnChanges.KEPT ? operations : new SchemaRestoringOperations(operations, schema);
        ManageSnapshots snapshots = new BaseTable(target, "").manageSnapshots();
        (ancestor ? snapshots.rollbackTo(to.snapshotId()) : snapshots.setCurrentSnapshot(to.snapshotId())).commit();
        return new RollbackReport(order.effect(), SnapshotInfo.of(from), SnapshotInfo.of(to), columns);
    }

    private Snapshot target() {
        return switch (order.target()) {
            case RollbackTarget.Id(long id) -> byId(id, "toSnapshot is " + id + ", which the table does not have");
            case RollbackTarget.Time(Instant instant) ->
                byId(atTime(instant), "toTimestamp is " + instant + ", whose snapshot is gone");
            case RollbackTarget.Ref(String name) ->
                byId(byName(name), "toRef is '" + name + "', whose snapshot is gone");
        };
    }

    private Snapshot byId(long id, String failure) {
        Snapshot snapshot = table.snapshot(id);
        if (snapshot == null) {
            throw NeriumException.invalid(failure + ": it may have expired.");
        }
        return snapshot;
    }

    private long byName(String name) {
        SnapshotRef ref = table.refs().get(name);
        if (ref == null) {
            throw NeriumException.invalid("toRef is '%s': the table has no such branch or tag. It has %s."
                    .formatted(
                            name,
                            String.join(
                                    ", ",
                                    table.refs().keySet().stream().sorted().toList())));
        }
        return ref.snapshotId();
    }

    private long atTime(Instant instant) {
        Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, instant.toEpochMilli());
        if (id == null) {
            throw NeriumException.invalid("toTimestamp is %s: the table's history begins at %s."
                    .formatted(
                            instant,
                            table.history().isEmpty()
                                    ? "no time"
                                    : Instant.ofEpochMilli(
                                            table.history().getFirst().timestampMillis())));
        }
        return id;
    }
}
