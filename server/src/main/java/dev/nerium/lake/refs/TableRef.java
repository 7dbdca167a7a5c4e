package dev.nerium.lake.refs;

import dev.nerium.lake.table.SnapshotInfo;
import java.util.Objects;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;

/** A branch or tag of a table. */
public record TableRef(String name, RefKind kind, SnapshotInfo snapshot, RefRetention retention) {

    public static TableRef of(TableMetadata table, String name) {
        SnapshotRef ref = Objects.requireNonNull(table.ref(name));
        return new TableRef(
                name,
                RefKind.of(ref),
                SnapshotInfo.of(Objects.requireNonNull(table.snapshot(ref.snapshotId()))),
                RefRetention.of(ref));
    }
}
