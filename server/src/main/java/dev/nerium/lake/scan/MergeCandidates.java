package dev.nerium.lake.scan;

import dev.nerium.lake.table.PinnedTable;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * The data files of a table in which rows that a run replaces or deletes may lie, in the order in which the worker numbers
 * their rows.
 */
public final class MergeCandidates {
    public static final MergeCandidates NONE = new MergeCandidates(List.of(), ScanPlan.EMPTY, Expressions.alwaysTrue());

    private final List<FileScanTask> tasks;
    private final ScanPlan plan;
    private final Expression filter;

    private MergeCandidates(List<FileScanTask> tasks, ScanPlan plan, Expression filter) {
        this.tasks = List.copyOf(tasks);
        this.plan = plan;
        this.filter = filter;
    }

    /** @param filter Iceberg expression JSON that all rows to replace fulfil */
    public static MergeCandidates find(ScanPlanner planner, PinnedTable table, Optional<String> filter) {
        if (table.snapshot().isEmpty()) {
            return NONE;
        }
        List<FileScanTask> tasks = ScanPlanner.tasks(table, filter);
        return new MergeCandidates(tasks, planner.whole(table, tasks), Expressions.alwaysTrue());
    }

    /**
     * The files with their deletes.
     *
     * @param filter Iceberg expression JSON that all rows fulfil that the run changes, or that would make it change others
     */
    public static MergeCandidates findLive(ScanPlanner planner, PinnedTable table, Optional<String> filter) {
        Expression expression = ScanPlanner.filter(table, filter);
        if (table.snapshot().isEmpty()) {
            return new MergeCandidates(List.of(), ScanPlan.EMPTY, expression);
        }
        List<FileScanTask> tasks = ScanPlanner.byAge(ScanPlanner.tasks(table, filter));
        return new MergeCandidates(tasks, planner.plan(table, tasks).byIds(), expression);
    }

    /** The same for a run that also reads other rows of the table. */
    public MergeCandidates ofAnyRow() {
        return new MergeCandidates(tasks, plan, Expressions.alwaysTrue());
    }

    /** All rows fulfil it on which the run depends. */
    public Expression filter() {
        return filter;
    }

    /** The files to read, in the order of {@link #tasks}. */
    public ScanPlan plan() {
        return plan;
    }

    /** The same, of files that were brought to this machine. */
    public MergeCandidates at(ScanPlan brought) {
        return new MergeCandidates(tasks, brought, filter);
    }

    /** Whether some of the rows may be deleted already. */
    public boolean haveDeletes() {
        return tasks.stream().anyMatch(task -> !task.deletes().isEmpty());
    }

    public List<FileScanTask> tasks() {
        return tasks;
    }
}
