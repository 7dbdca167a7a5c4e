package dev.nerium.lake.maintenance;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.commit.CommitErrors;
import dev.nerium.lake.io.AllowedPrefixes;
import dev.nerium.lake.io.CanonicalPaths;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSupport;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.WriteTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Maintenance of one table: expiration of snapshots, removal of orphan files, compaction, and rollback to an earlier snapshot.
 * Thread-safe.
 */
public final class TableMaintenance {
    private final PinnedTable pinned;
    private final MaintenanceContext upkeep;

    public TableMaintenance(PinnedTable pinned, MaintenanceContext upkeep) {
        this.pinned = pinned;
        this.upkeep = upkeep;
    }

    /** Expires snapshots, and deletes the files that only they had. */
    public ExpirationReport expire(ExpirationOptions order) {
        requireCollectable();
        return change(order.effect(), () -> SnapshotExpiration.run(operations(), order));
    }

    /** Deletes files in the table's folders that none of its snapshots knows. */
    public OrphanReport removeOrphans(OrphanOptions order) {
        requireCollectable();
        TableFolders.requireLocal(pinned.table());
        TableFolders folders = TableFolders.of(pinned.table());
        folders.requireNotAround(upkeep.home());
        folders.requireAllowed((TableFileIO) pinned.table().io());
        List<String> broken = requireApart(folders);
        return change(order.effect(), () -> {
            Table table = load(identifier());
            Set<Path> known = ReachableFiles.of(table);
            known.addAll(filesOfCommitsUnderWay());
            return OrphanFileRemoval.run(folders, known, order, table.io()::deleteFile)
                    .besides(broken);
        });
    }

    /** Makes an earlier snapshot the current one. */
    public RollbackReport rollback(RollbackOptions order) {
        return change(order.effect(), () -> Rollback.run(operations(), order));
    }

    /** The plan of a compaction. */
    public CompactionPlan plan(CompactionOptions order) {
        TableSupport.requireUnencrypted(name(), pinned.table());
        TableSupport.requireWritableTypes(name(), pinned.schema());
        return CompactionPlanner.plan(upkeep.planner(), pinned, order);
    }

    /** Replaces the files of a step by those that a worker wrote of their rows. */
    public CommitOutcome commit(CompactionStep step, WriteTarget target, UUID run, List<StagedFile> staged) {
        return upkeep.committer().commit(target, run, staged, step::update);
    }

    private <T> T change(MaintenanceMode effect, Supplier<T> change) {
        try {
            return effect == MaintenanceMode.REAL ? upkeep.turns().withLock(name(), change) : change.get();
        } catch (RuntimeException e) {
            throw CommitErrors.ofChange(name(), e);
        }
    }

    /** Also of those that an earlier server left, and whose end is not known yet. */
    private Set<Path> filesOfCommitsUnderWay() {
        CanonicalPaths paths = new CanonicalPaths();
        TableFileIO files = (TableFileIO) pinned.table().io();
        return upkeep.journal().unsettled().stream()
                .flatMap(run -> upkeep.journal().find(run).stream())
                .flatMap(intent -> intent.files().stream())
                .filter(location -> !AllowedPrefixes.isObject(location))
                .map(location -> paths.of(files.place(location)))
                .collect(Collectors.toSet());
    }

    /** Refuses a table whose properties state that its files belong to other tables, too. */
    private void requireCollectable() {
        if (!PropertyUtil.propertyAsBoolean(
                pinned.table().properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The table " + name() + " has the property gc.enabled=false: its files must not be deleted.",
                    "Other tables may share its files. Set gc.enabled to true if they do not.");
        }
    }

    /**
     * Fails where another table has files in these folders.
     *
     * @return the tables whose metadata can't be read, but whose folders are known
     */
    private List<String> requireApart(TableFolders folders) {
        List<String> broken = new ArrayList<>();
        tables(Namespace.empty())
                .filter(other -> !other.equals(identifier()))
                .forEach(other -> folders.requireApart(folders(other, broken), other.toString()));
        return broken;
    }

    private TableFolders folders(TableIdentifier other, List<String> broken) {
        try {
            return TableFolders.of(load(other));
        } catch (NoSuchTableException e) {
            return new TableFolders(Set.of());
        } catch (RuntimeException e) {
            TableFolders folders = catalog().folders(other).orElseThrow(() -> e);
            broken.add(other.toString());
            return folders;
        }
    }

    private Stream<TableIdentifier> tables(Namespace parent) {
        return catalog().listNamespaces(parent).stream()
                .flatMap(namespace -> Stream.concat(catalog().listTables(namespace).stream(), tables(namespace)));
    }

    private LakeCatalog catalog() {
        return upkeep.catalogs().of(name());
    }

    private TableName name() {
        return pinned.reference().name();
    }

    private TableIdentifier identifier() {
        return TableLoader.identifier(name());
    }

    private Table load(TableIdentifier identifier) {
        return catalog().loadTable(identifier);
    }

    private TableOperations operations() {
        return ((HasTableOperations) load(identifier())).operations();
    }
}
