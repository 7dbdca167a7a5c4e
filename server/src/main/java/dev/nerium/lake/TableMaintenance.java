package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.util.PropertyUtil;

/**
 * What keeps one table in shape: its old snapshots expire, its orphans go, its small files are put together, and it goes back
 * to an earlier state. Thread-safe.
 */
public final class TableMaintenance {
    private final PinnedTable pinned;
    private final Catalog catalog;
    private final Committer committer;
    private final TableTurns turns;
    private final Path home;

    /** @param home the server's own folder, which no table may hold */
    TableMaintenance(PinnedTable pinned, Catalog catalog, Committer committer, TableTurns turns, Path home) {
        this.pinned = pinned;
        this.catalog = catalog;
        this.committer = committer;
        this.turns = turns;
        this.home = home;
    }

    /** Expires snapshots, and deletes the files that only they had. */
    public ExpiryReport expire(ExpiryOrder order) {
        requireCollectable();
        return change(order.effect(), () -> SnapshotExpiry.run(operations(), order));
    }

    /** Deletes files in the table's folders that none of its snapshots knows. */
    public OrphanReport removeOrphans(OrphanOrder order) {
        requireCollectable();
        TableFolders folders = TableFolders.of(pinned.table());
        folders.requireNotAround(home);
        requireApart(folders);
        return change(order.effect(), () -> OrphanRemoval.run(folders, ReachableFiles.of(load(identifier())), order));
    }

    /** Makes an earlier snapshot the current one. */
    public RollbackReport rollback(RollbackOrder order) {
        return change(order.effect(), () -> Rollback.run(operations(), order));
    }

    /** What a compaction would do now. */
    public CompactionPlan plan(CompactionOrder order) {
        return CompactionPlanner.plan(pinned, order);
    }

    /** Replaces the files of a step by those that a worker wrote of their rows. */
    public CommitOutcome commit(CompactionStep step, WriteTarget target, UUID run, List<StagedFile> staged) {
        return committer.commit(target, run, staged, step::stage);
    }

    private <T> T change(Effect effect, Supplier<T> change) {
        try {
            return effect == Effect.REAL ? turns.take(name(), change) : change.get();
        } catch (CommitFailedException e) {
            throw new NeriumException(
                    ErrorCode.COMMIT_CONFLICT,
                    "The table " + name() + " was changed by others meanwhile; nothing was done. Try again.",
                    String.valueOf(e.getMessage()),
                    e);
        } catch (CommitStateUnknownException e) {
            throw new NeriumException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "Whether the change of " + name() + " landed is not known: look before you try again.",
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    /** A table whose files belong to others as well says so. */
    private void requireCollectable() {
        if (!PropertyUtil.propertyAsBoolean(
                pinned.table().properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The table " + name() + " has the property gc.enabled=false: its files must not be deleted.",
                    "Other tables may share its files. Set gc.enabled to true where that is not so.");
        }
    }

    private void requireApart(TableFolders folders) {
        tables((SupportsNamespaces) catalog, Namespace.empty())
                .filter(other -> !other.equals(identifier()))
                .forEach(other -> folders.requireApart(TableFolders.of(load(other)), other.toString()));
    }

    private Stream<TableIdentifier> tables(SupportsNamespaces namespaces, Namespace parent) {
        return namespaces.listNamespaces(parent).stream()
                .flatMap(namespace ->
                        Stream.concat(catalog.listTables(namespace).stream(), tables(namespaces, namespace)));
    }

    private TableName name() {
        return pinned.reference().name();
    }

    private TableIdentifier identifier() {
        return TableLoader.identifier(name());
    }

    private Table load(TableIdentifier identifier) {
        return catalog.loadTable(identifier);
    }

    private TableOperations operations() {
        return ((HasTableOperations) load(identifier())).operations();
    }
}
