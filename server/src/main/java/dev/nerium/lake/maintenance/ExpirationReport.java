package dev.nerium.lake.maintenance;

import dev.nerium.lake.refs.TableRef;
import dev.nerium.lake.table.SnapshotInfo;
import java.util.List;

/**
 * The snapshots and files that an expiration removed, or would remove.
 *
 * @param refs branches and tags that were older than their retention
 * @param snapshots oldest first
 * @param data files of rows and of deletes
 * @param metadata manifests, manifest lists and statistics
 * @param failed files that should have gone and could not be deleted
 */
public record ExpirationReport(
        MaintenanceMode effect,
        List<TableRef> refs,
        List<SnapshotInfo> snapshots,
        FileSummary data,
        FileSummary metadata,
        FileSummary failed) {
    public ExpirationReport {
        refs = List.copyOf(refs);
        snapshots = List.copyOf(snapshots);
    }
}
