package dev.nerium.lake;

import java.util.List;

/**
 * What an expiry took away, or would take away.
 *
 * @param snapshots oldest first
 * @param data files of rows and of deletes
 * @param metadata manifests, manifest lists and statistics
 * @param failed files that should have gone and could not be deleted
 */
public record ExpiryReport(
        Effect effect, List<SnapshotInfo> snapshots, FileList data, FileList metadata, FileList failed) {
    public ExpiryReport {
        snapshots = List.copyOf(snapshots);
    }
}
