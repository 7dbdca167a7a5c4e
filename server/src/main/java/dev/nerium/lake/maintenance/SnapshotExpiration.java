package dev.nerium.lake.maintenance;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.refs.TableRef;
import dev.nerium.lake.table.SnapshotInfo;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Expires snapshots by Iceberg's own action, and the files that no other snapshot refers to with them. */
final class SnapshotExpiration {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotExpiration.class);

    private final TableOperations operations;
    private final ExpirationOptions order;
    private final Table table;
    private final FileCounter data = new FileCounter();
    private final FileCounter metadata = new FileCounter();
    private final FileCounter failed = new FileCounter();

    private SnapshotExpiration(TableOperations operations, ExpirationOptions order) {
        this.operations = order.effect() == MaintenanceMode.REAL ? operations : new DryRunTableOperations(operations);
        this.order = order;
        this.table = new BaseTable(this.operations, "");
    }

    /** The caller keeps other commits of this server away. */
    static ExpirationReport run(TableOperations operations, ExpirationOptions order) {
        return new SnapshotExpiration(operations, order).run();
    }

    private ExpirationReport run() {
        requireRemovable();
        ExpireSnapshots expiry = expiry(table);
        List<Snapshot> gone = expiry.apply();
        List<TableRef> refs = expiredRefs();
        if (!gone.isEmpty() || !refs.isEmpty()) {
            Set<String> metadataFiles = metadataFiles(gone);
            // Named, they make Iceberg look at what is still reachable. Otherwise it leaves the files that a kept
            // snapshot
            // replaced, such as the small ones that a compaction just put together, until that snapshot goes, too.
            gone.forEach(snapshot -> expiry.expireSnapshotId(snapshot.snapshotId()));
            expiry.deleteWith(location -> remove(location, metadataFiles)).commit();
        }
        List<SnapshotInfo> infos = gone.stream()
                .map(SnapshotInfo::of)
                .sorted(Comparator.comparing(SnapshotInfo::committedAt))
                .toList();
        return new ExpirationReport(order.effect(), refs, infos, data.list(), metadata.list(), failed.list());
    }

    private void requireRemovable() {
        for (Long id : order.snapshots()) {
            if (table.snapshot(id) == null) {
                throw NeriumException.invalid(
                        "snapshots has " + id + ", which the table does not have: it may have expired before.");
            }
            table.refs().forEach((name, ref) -> {
                if (ref.snapshotId() == id) {
                    throw NeriumException.invalid(
                            "snapshots has %d, which the %s '%s' refers to: it can't be removed before that is moved or dropped."
                                    .formatted(id, ref.isTag() ? "tag" : "branch", name));
                }
            });
        }
    }

    /** Iceberg drops them in the commit, and lists only snapshots before it. */
    private List<TableRef> expiredRefs() {
        DryRunTableOperations rehearsal = new DryRunTableOperations(operations);
        expiry(new BaseTable(rehearsal, ""))
                .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
                .commit();
        TableMetadata before = operations.current();
        return before.refs().keySet().stream()
                .filter(ref -> rehearsal.current().ref(ref) == null)
                .sorted()
                .map(ref -> TableRef.of(before, ref))
                .toList();
    }

    private ExpireSnapshots expiry(Table table) {
        ExpireSnapshots expiry = table.expireSnapshots();
        // If snapshots are named, only these are removed, not old ones as well.
        order.olderThan().ifPresentOrElse(instant -> expiry.expireOlderThan(instant.toEpochMilli()), () -> {
            if (!order.snapshots().isEmpty()) {
                expiry.expireOlderThan(0);
            }
        });
        order.retainLast().ifPresent(expiry::retainLast);
        order.snapshots().forEach(expiry::expireSnapshotId);
        return expiry;
    }

    /** The files of snapshots other than data and delete files. */
    private Set<String> metadataFiles(List<Snapshot> snapshots) {
        Set<String> files = new HashSet<>();
        for (Snapshot snapshot : snapshots) {
            files.add(String.valueOf(snapshot.manifestListLocation()));
            for (ManifestFile manifest : snapshot.allManifests(operations.io())) {
                files.add(manifest.path());
            }
        }
        table.statisticsFiles().stream().map(StatisticsFile::path).forEach(files::add);
        table.partitionStatisticsFiles().forEach(file -> files.add(file.path()));
        return files;
    }

    private void remove(String location, Set<String> metadataFiles) {
        long bytes = size(location);
        try {
            if (order.effect() == MaintenanceMode.REAL) {
                operations.io().deleteFile(location);
            }
            (metadataFiles.contains(location) ? metadata : data).add(location, bytes);
        } catch (RuntimeException e) {
            LOG.warn("The expired file {} can't be deleted", location, e);
            failed.add(location, bytes);
        }
    }

    /** Zero where the file is gone already. */
    private long size(String location) {
        try {
            return operations.io().newInputFile(location).getLength();
        } catch (NotFoundException | org.apache.iceberg.exceptions.RuntimeIOException e) {
            return 0;
        }
    }
}
