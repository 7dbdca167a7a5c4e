package dev.nerium.lake.refs;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.commit.CommitErrors;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.TableVersion;
import dev.nerium.lake.refs.NewRef.Existing;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.SnapshotInfo;
import dev.nerium.lake.table.TableVersionResolver;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * The branches and tags of one table. Each change is one commit, which is checked again against the table's newest metadata
 * if another writer commits first. Thread-safe.
 */
public final class TableRefs {
    /** Names are in each metadata file of the table. */
    private static final int MAX_BYTES = 1024;

    private static final int RETRIES = 20;
    private static final int FIRST_WAIT_MS = 50;
    private static final int LONGEST_WAIT_MS = 2000;
    private static final int PATIENCE_MS = 60_000;

    private final TableName name;
    private final LakeCatalog catalog;
    private final TableLocks locks;

    public TableRefs(TableName name, LakeCatalog catalog, TableLocks locks) {
        this.name = name;
        this.catalog = catalog;
        this.locks = locks;
    }

    /** Branches first, in the order of their names. */
    public static List<TableRef> list(Table table) {
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        return metadata.refs().keySet().stream()
                .map(ref -> TableRef.of(metadata, ref))
                .sorted(Comparator.comparing(TableRef::kind).thenComparing(TableRef::name))
                .toList();
    }

    /** Creates or moves a branch or tag; returns it as it is then. */
    public TableRef create(NewRef ref) {
        requireName(ref.name());
        if (ref.kind() == RefKind.TAG && ref.retention().isOfBranch()) {
            throw NeriumException.invalid(
                    "A tag has one snapshot: minSnapshotsToKeep and maxSnapshotAge are for branches.");
        }
        return locked(() -> {
            TableOperations operations = operations();
            if (isFirstSnapshot(operations.current(), ref)) {
                createEmpty(operations, ref);
            } else {
                commit(operations, table -> created(operations, table, ref));
            }
            return TableRef.of(operations.refresh(), ref.name());
        });
    }

    /**
     * Moves a branch to the snapshot of another branch or tag that has all of its snapshots.
     *
     * @param expected fails unless the other has this snapshot, so that what was checked is what is published
     */
    public FastForward fastForward(String branch, String to, OptionalLong expected) {
        return locked(() -> {
            TableOperations operations = operations();
            Optional<SnapshotInfo> from =
                    info(operations.current(), operations.current().ref(branch));
            commit(operations, table -> forwarded(table, branch, to, expected));
            return new FastForward(
                    branch, from, TableRef.of(operations.refresh(), branch).snapshot());
        });
    }

    /**
     * Drops a branch or tag. Its snapshots stay until they expire.
     *
     * @return the dropped one; empty if it did not exist
     */
    public Optional<TableRef> drop(String ref, RefKind kind, boolean ifExists) {
        if (ref.equals(TableBranch.MAIN)) {
            throw NeriumException.invalid("The branch 'main' is the table itself, so it can't be dropped.");
        }
        return locked(() -> {
            TableOperations operations = operations();
            Optional<TableRef> dropped =
                    Optional.ofNullable(operations.current().ref(ref)).map(_ -> TableRef.of(operations.current(), ref));
            commit(operations, table -> dropped(table, ref, kind, ifExists));
            return dropped;
        });
    }

    private TableMetadata created(TableOperations operations, TableMetadata table, NewRef ref) {
        SnapshotRef present = table.ref(ref.name());
        if (present != null) {
            requireKind(ref.name(), RefKind.of(present), ref.kind());
            if (ref.existing() == Existing.KEEP) {
                return table;
            }
        }
        if (ref.name().equals(TableBranch.MAIN)) {
            throw NeriumException.invalid(
                    "The branch 'main' is the table itself: it can't be created or replaced. Use a fast-forward or a rollback.");
        }
        if (present != null && ref.existing() == Existing.REFUSE) {
            throw NeriumException.invalid("The table %s has the %s '%s' already: replace it, or choose another name."
                    .formatted(name, ref.kind().text(), ref.name()));
        }
        long snapshot = snapshot(operations, table, ref);
        SnapshotRef.Builder builder = present == null
                ? ref.kind() == RefKind.BRANCH ? SnapshotRef.branchBuilder(snapshot) : SnapshotRef.tagBuilder(snapshot)
                : SnapshotRef.builderFrom(present, snapshot);
        return TableMetadata.buildFrom(table)
                .setRef(ref.name(), ref.retention().set(builder).build())
                .build();
    }

    private long snapshot(TableOperations operations, TableMetadata table, NewRef ref) {
        PinnedTable pinned =
                PinnedTable.current(name, new BaseTable(operations, name.toString()), table.metadataFileLocation());
        TableReference from = new TableReference(name, Optional.empty(), ref.from());
        try {
            return TableVersionResolver.resolve(pinned, from)
                    .snapshotId()
                    .orElseThrow(() -> NeriumException.invalid("The table " + name + " has no snapshot, which "
                            + (ref.kind() == RefKind.TAG ? "a tag" : "FROM or a moved branch")
                            + " needs: write to it first."));
        } catch (NeriumException e) {
            // The version is a field of the request, and not the table of its path.
            throw e.code() == ErrorCode.UNKNOWN_TABLE ? NeriumException.invalid(e.message()) : e;
        }
    }

    /** A branch of a table that was never written needs an empty snapshot of its own. */
    private static boolean isFirstSnapshot(TableMetadata table, NewRef ref) {
        return ref.kind() == RefKind.BRANCH
                && ref.from().equals(new TableVersion.Current())
                && table.currentSnapshot() == null
                && table.ref(ref.name()) == null
                && !ref.name().equals(TableBranch.MAIN);
    }

    private void createEmpty(TableOperations operations, NewRef ref) {
        ManageSnapshots change =
                new BaseTable(operations, name.toString()).manageSnapshots().createBranch(ref.name());
        RefRetention retention = ref.retention();
        retention.maxRefAge().ifPresent(age -> change.setMaxRefAgeMs(ref.name(), age.toMillis()));
        retention.minSnapshotsToKeep().ifPresent(count -> change.setMinSnapshotsToKeep(ref.name(), count));
        retention.maxSnapshotAge().ifPresent(age -> change.setMaxSnapshotAgeMs(ref.name(), age.toMillis()));
        change.commit();
    }

    private TableMetadata forwarded(TableMetadata table, String branch, String to, OptionalLong expected) {
        SnapshotRef target = find(table, "to", to);
        if (expected.isPresent() && expected.getAsLong() != target.snapshotId()) {
            throw conflict("%s '%s' has the snapshot %d, and %d was expected; nothing was changed."
                    .formatted(RefKind.of(target).text(), to, target.snapshotId(), expected.getAsLong()));
        }
        SnapshotRef present = table.ref(branch);
        if (present == null && branch.equals(TableBranch.MAIN)) {
            return moved(table, branch, SnapshotRef.branchBuilder(target.snapshotId()));
        }
        SnapshotRef start = find(table, "branch", branch);
        requireKind(branch, RefKind.of(start), RefKind.BRANCH);
        if (!SnapshotUtil.isAncestorOf(target.snapshotId(), start.snapshotId(), table::snapshot)) {
            throw conflict(
                    "branch '%s' can't be fast-forwarded to '%s': its snapshot %d is not in the history of '%s'; nothing was changed. Create a branch from '%s' again, and write to that."
                            .formatted(branch, to, start.snapshotId(), to, branch));
        }
        return moved(table, branch, SnapshotRef.builderFrom(start, target.snapshotId()));
    }

    private static TableMetadata moved(TableMetadata table, String branch, SnapshotRef.Builder to) {
        return TableMetadata.buildFrom(table).setRef(branch, to.build()).build();
    }

    private TableMetadata dropped(TableMetadata table, String ref, RefKind kind, boolean ifExists) {
        SnapshotRef present = table.ref(ref);
        if (present == null && ifExists) {
            return table;
        }
        requireKind(ref, RefKind.of(find(table, "name", ref)), kind);
        return TableMetadata.buildFrom(table).removeRef(ref).build();
    }

    private SnapshotRef find(TableMetadata table, String field, String ref) {
        SnapshotRef found = table.ref(ref);
        if (found == null) {
            List<String> names = table.refs().keySet().stream().sorted().toList();
            throw NeriumException.invalid("%s is '%s': the table %s has no such branch or tag.%s"
                    .formatted(field, shortened(ref), name, NearestName.hint(ref, names)));
        }
        return found;
    }

    private void requireKind(String ref, RefKind present, RefKind expected) {
        if (present != expected) {
            throw NeriumException.invalid("'%s' is a %s of the table %s: expected a %s."
                    .formatted(shortened(ref), present.text(), name, expected.text()));
        }
    }

    private static void requireName(String ref) {
        if (ref.isBlank()
                || ref.chars().anyMatch(c -> c < ' ' || c == 0x7f)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(ref)) {
            throw NeriumException.invalid("The name of the branch or tag is '" + shortened(ref)
                    + "': expected text that is not empty, without control characters.");
        }
        if (ref.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw NeriumException.invalid("The name of the branch or tag is '" + shortened(ref) + "': expected at most "
                    + MAX_BYTES + " bytes.");
        }
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private NeriumException conflict(String reason) {
        return new NeriumException(ErrorCode.COMMIT_CONFLICT, "The table " + name + ": the " + reason);
    }

    private static Optional<SnapshotInfo> info(TableMetadata table, @Nullable SnapshotRef ref) {
        return Optional.ofNullable(ref)
                .map(present -> SnapshotInfo.of(Objects.requireNonNull(table.snapshot(present.snapshotId()))));
    }

    private void commit(TableOperations operations, Function<TableMetadata, TableMetadata> change) {
        Tasks.foreach(operations)
                .retry(RETRIES)
                .exponentialBackoff(FIRST_WAIT_MS, LONGEST_WAIT_MS, PATIENCE_MS, 2)
                .onlyRetryOn(CommitFailedException.class)
                .run(table -> {
                    TableMetadata base = table.refresh();
                    TableMetadata changed = change.apply(base);
                    if (!changed.changes().isEmpty()) {
                        table.commit(base, changed);
                    }
                });
    }

    private <T> T locked(Supplier<T> change) {
        try {
            return locks.withLock(name, change);
        } catch (RuntimeException e) {
            throw CommitErrors.ofChange(name, e);
        }
    }

    private TableOperations operations() {
        return ((HasTableOperations) catalog.loadTable(TableLoader.identifier(name))).operations();
    }
}
