package dev.nerium.lake;

import java.util.List;

/**
 * The files that a scan must read, in the order in which they were added to the table.
 *
 * @param rows in the files, before anything is deleted or filtered
 * @param deleted rows that the position deletes remove
 */
public record ScanPlan(List<PlannedFile> files, long rows, long deleted) {
    public ScanPlan {
        files = List.copyOf(files);
    }

    /** The first files that together have enough rows, where nothing is deleted. */
    ScanPlan firstRows(long limit) {
        if (deleted > 0) {
            return this;
        }
        long sum = 0;
        for (int i = 0; i < files.size(); i++) {
            if (sum >= limit) {
                return new ScanPlan(files.subList(0, i), sum, 0);
            }
            sum += files.get(i).rows();
        }
        return this;
    }
}
