package dev.nerium.lake.scan;

import dev.nerium.lake.table.PinnedTable;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;

/**
 * The data files of a merge's destination in which rows to replace may lie, in the order in which the worker numbers their
 * rows.
 */
public final class MergeCandidates {
    public static final MergeCandidates NONE = new MergeCandidates(List.of(), ScanPlan.EMPTY);

    private final List<FileScanTask> tasks;
    private final ScanPlan plan;

    private MergeCandidates(List<FileScanTask> tasks, ScanPlan plan) {
        this.tasks = List.copyOf(tasks);
        this.plan = plan;
    }

    /** @param filter Iceberg expression JSON that all rows to replace fulfil */
    public static MergeCandidates find(ScanPlanner planner, PinnedTable table, Optional<String> filter) {
        if (table.snapshot().isEmpty()) {
            return NONE;
        }
        List<FileScanTask> tasks = ScanPlanner.tasks(table, filter);
        return new MergeCandidates(tasks, planner.whole(table, tasks));
    }

    /** The files as they are, nothing deleted from them. */
    public ScanPlan plan() {
        return plan;
    }

    /** The same, of files that were brought to this machine. */
    public MergeCandidates at(ScanPlan brought) {
        return new MergeCandidates(tasks, brought);
    }

    /** Whether some of the rows may be deleted already. */
    public boolean haveDeletes() {
        return tasks.stream().anyMatch(task -> !task.deletes().isEmpty());
    }

    public List<FileScanTask> tasks() {
        return tasks;
    }
}
