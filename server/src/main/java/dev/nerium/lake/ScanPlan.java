package dev.nerium.lake;

import java.util.List;
import java.util.OptionalLong;

/**
 * The files that a scan must read, in the order in which they were added to the table.
 *
 * @param layouts Iceberg schemas of files whose columns are not found by field ids: their own names and types, the table's ids
 * @param rows in the files, before anything is deleted or filtered
 * @param manifests of the snapshot, as they were looked at when the plan was made
 * @param deleted rows that deletes remove; empty where only reading them would tell
 */
public record ScanPlan(
        List<PlannedFile> files,
        EqualityDeletes equality,
        List<String> layouts,
        long rows,
        OptionalLong deleted,
        ManifestCounts manifests) {
    static final ScanPlan EMPTY =
            new ScanPlan(List.of(), EqualityDeletes.NONE, List.of(), 0, OptionalLong.of(0), ManifestCounts.NONE);

    public ScanPlan {
        files = List.copyOf(files);
        layouts = List.copyOf(layouts);
    }

    static ScanPlan of(PlannedFile file) {
        return new ScanPlan(
                List.of(file), EqualityDeletes.NONE, List.of(), file.rows(), OptionalLong.of(0), ManifestCounts.NONE);
    }

    ScanPlan after(ManifestCounts looked) {
        return new ScanPlan(files, equality, layouts, rows, deleted, looked);
    }

    /** The first files that together have enough rows, where nothing is deleted. */
    ScanPlan firstRows(long limit) {
        if (deleted.isEmpty() || deleted.getAsLong() > 0) {
            return this;
        }
        long sum = 0;
        for (int i = 0; i < files.size(); i++) {
            if (sum >= limit) {
                return new ScanPlan(files.subList(0, i), equality, layouts, sum, deleted, manifests);
            }
            sum += files.get(i).rows();
        }
        return this;
    }
}
