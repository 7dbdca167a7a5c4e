package dev.nerium.lake.table;

import dev.nerium.error.CommandName;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.TableVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/** Finds the version and the metadata table that a reference names in a table that was loaded. */
public final class TableVersionResolver {
    private TableVersionResolver() {}

    public static PinnedTable resolve(PinnedTable current, TableReference reference) {
        if (reference.equals(current.reference())) {
            return current;
        }
        Table table = current.table();
        Optional<Snapshot> snapshot = snapshot(current, reference);
        return reference
                .metadataTable()
                .map(type -> metadataTable(current, reference, snapshot, type))
                .orElseGet(() -> new PinnedTable(
                        reference, table, current.metadataLocation(), snapshot, schema(table, reference, snapshot)));
    }

    private static PinnedTable metadataTable(
            PinnedTable current, TableReference reference, Optional<Snapshot> snapshot, MetadataTableType type) {
        boolean ofManifests = ManifestTables.has(type);
        Table read = ofManifests
                ? ManifestTables.open(current.table())
                : MetadataTableUtils.createMetadataTableInstance(current.table(), type);
        Schema schema = ofManifests ? ManifestTables.schema(read, type) : read.schema();
        return new PinnedTable(reference, read, current.metadataLocation(), snapshot, schema);
    }

    private static Schema schema(Table table, TableReference reference, Optional<Snapshot> snapshot) {
        return switch (reference.version()) {
            case TableVersion.Current() -> table.schema();
            case TableVersion.Branch(String branch) -> SnapshotUtil.schemaFor(table, branch);
            default -> SnapshotUtil.schemaFor(table, snapshot.orElseThrow().snapshotId());
        };
    }

    private static Optional<Snapshot> snapshot(PinnedTable current, TableReference reference) {
        Table table = current.table();
        return switch (reference.version()) {
            case TableVersion.Current() -> current.snapshot();
            case TableVersion.SnapshotId(long id) -> Optional.of(byId(table, reference.name(), id));
            case TableVersion.AsOf(Instant time) -> Optional.of(asOf(table, reference.name(), time));
            case TableVersion.Tag(String tag) -> Optional.of(byRef(table, reference.name(), tag, RefKind.TAG));
            case TableVersion.Branch(String branch) ->
                // A new table's main branch has no snapshot yet.
                branch.equals(SnapshotRef.MAIN_BRANCH)
                        ? current.snapshot()
                        : Optional.of(byRef(table, reference.name(), branch, RefKind.BRANCH));
        };
    }

    private enum RefKind {
        TAG,
        BRANCH;

        boolean fits(SnapshotRef ref) {
            return ref.isTag() == (this == TAG);
        }

        String text() {
            return this == TAG ? "tag" : "branch";
        }
    }

    private static Snapshot byId(Table table, TableName name, long id) {
        Snapshot snapshot = table.snapshot(id);
        if (snapshot == null) {
            throw unknown("The table " + name + " has no snapshot " + id + ": it never existed, or has expired. "
                    + name.local() + "$snapshots lists them.");
        }
        return snapshot;
    }

    private static Snapshot asOf(Table table, TableName name, Instant time) {
        Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, time.toEpochMilli());
        if (id == null) {
            String first = table.history().isEmpty()
                    ? "it was never written"
                    : "its history begins at "
                            + Instant.ofEpochMilli(table.history().getFirst().timestampMillis());
            throw unknown("The table " + name + " had no snapshot at " + time + ": " + first + ".");
        }
        return byId(table, name, id);
    }

    private static Snapshot byRef(Table table, TableName name, String ref, RefKind kind) {
        SnapshotRef found = table.refs().get(ref);
        if (found == null || !kind.fits(found)) {
            List<String> names = table.refs().entrySet().stream()
                    .filter(entry -> kind.fits(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            throw unknown(
                    "The table " + name + " has no " + kind.text() + " '" + ref + "'." + NearestName.hint(ref, names));
        }
        return byId(table, name, found.snapshotId());
    }

    /** The snapshot of the branch of a destination; fails unless it exists. */
    public static PinnedTable destination(PinnedTable current, TableBranch to) {
        try {
            return resolve(current, to.reference());
        } catch (NeriumException e) {
            throw new NeriumException(
                    e.code(),
                    e.message()
                            + " A run writes to branches that exist: create the branch with "
                            + CommandName.forClients() + " branches create "
                            + to.name().local() + " NAME.",
                    e.details().orElse(""));
        }
    }

    private static NeriumException unknown(String message) {
        return new NeriumException(ErrorCode.UNKNOWN_TABLE, message);
    }
}
