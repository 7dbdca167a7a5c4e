package dev.nerium.lake.commit;

import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.CommitOutcome.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** The runs that committed to a table: each commit has the id of its run. Thread-safe. */
public final class CommittedRuns {
    /** Key of a snapshot's summary. */
    static final String RUN_ID = "nerium.run-id";

    private final Catalogs catalogs;

    public CommittedRuns(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /** Whether a snapshot of the table, on whatever branch, is the run's. */
    static boolean has(Table table, UUID run) {
        return StreamSupport.stream(table.snapshots().spliterator(), false).anyMatch(snapshot -> isOf(snapshot, run));
    }

    /** The snapshot that the run made. */
    static OptionalLong snapshot(Table table, UUID run) {
        return StreamSupport.stream(table.snapshots().spliterator(), false)
                .filter(snapshot -> isOf(snapshot, run))
                .mapToLong(Snapshot::snapshotId)
                .findAny();
    }

    /** The commit of the run to the table with this name, if there is one. */
    public Optional<Committed> committed(TableName name, UUID run) {
        return load(catalogs.of(name), TableLoader.identifier(name))
                .flatMap(table -> StreamSupport.stream(table.snapshots().spliterator(), false)
                        .filter(snapshot -> isOf(snapshot, run))
                        .findAny()
                        .map(snapshot -> new Committed(
                                Long.parseLong(
                                        snapshot.summary().getOrDefault(SnapshotSummary.ADDED_RECORDS_PROP, "0")),
                                OptionalLong.of(snapshot.snapshotId()))));
    }

    static boolean isOf(Snapshot snapshot, UUID run) {
        // Others may leave the summary out.
        Map<String, String> summary = snapshot.summary();
        return summary != null && run.toString().equals(summary.get(RUN_ID));
    }

    /** Whether the run's commit is in the table of that name now. */
    public boolean has(TableName name, UUID run) {
        return load(catalogs.of(name), TableLoader.identifier(name))
                .filter(table -> has(table, run))
                .isPresent();
    }

    /** The tables that a commit may have reached: the one of that name, and the one that it meant under its name of today. */
    List<Table> tables(CommitIntent intent) {
        LakeCatalog catalog = catalogs.of(intent.table());
        Optional<Table> named = load(catalog, TableLoader.identifier(intent.table()));
        List<Table> tables = new ArrayList<>(named.stream().toList());
        if (named.filter(table -> table.uuid().equals(intent.tableId())).isEmpty()) {
            search(catalog, Namespace.empty(), intent.tableId(), tables);
        }
        return tables;
    }

    private static void search(LakeCatalog catalog, Namespace parent, UUID id, List<Table> found) {
        for (Namespace namespace : catalog.listNamespaces(parent)) {
            for (TableIdentifier identifier : catalog.listTables(namespace)) {
                load(catalog, identifier)
                        .filter(table -> table.uuid().equals(id))
                        .ifPresent(found::add);
            }
            search(catalog, namespace, id, found);
        }
    }

    private static Optional<Table> load(LakeCatalog catalog, TableIdentifier identifier) {
        try {
            return Optional.of(catalog.loadTable(identifier));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }
}
