package dev.nerium.lake.maintenance;

import dev.nerium.lake.maintenance.CompactionOptions.Selection;
import dev.nerium.lake.scan.ScanPlanner;
import dev.nerium.lake.table.PinnedTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** Chooses the files of a compaction by Iceberg's own bin-packing planner, partition by partition. */
public final class CompactionPlanner {
    /** Limit of one commit: the job's folder needs space for new files of the same size. */
    public static final long STEP_BYTES = 2L << 30;

    public static final int STEP_FILES = 10_000;

    private CompactionPlanner() {}

    public static CompactionPlan plan(ScanPlanner planner, PinnedTable pinned, CompactionOptions order) {
        if (pinned.snapshot().isEmpty()) {
            return new CompactionPlan(FileGroup.list(List.of()), 0, Optional.empty(), OptionalLong.empty());
        }
        Snapshot start = pinned.snapshot().get();
        List<FileGroup> groups = groups(pinned, order);
        List<FileScanTask> all = tasks(groups);
        List<FileScanTask> first = tasks(step(groups));
        boolean more = first.size() < all.size();
        return new CompactionPlan(
                FileGroup.list(all),
                groups.size(),
                first.isEmpty() ? Optional.empty() : Optional.of(step(planner, pinned, start, first)),
                more ? OptionalLong.of(order.upToSequence().orElse(start.sequenceNumber())) : OptionalLong.empty());
    }

    private static CompactionStep step(
            ScanPlanner planner, PinnedTable pinned, Snapshot start, List<FileScanTask> tasks) {
        return new CompactionStep(pinned, start, tasks, deleteUses(pinned, tasks), planner.plan(pinned, tasks));
    }

    private static List<FileScanTask> tasks(List<FileGroup> groups) {
        return groups.stream().flatMap(group -> group.tasks().stream()).toList();
    }

    private static List<FileGroup> groups(PinnedTable pinned, CompactionOptions order) {
        BinPackRewriteFilePlanner binPack = new BinPackRewriteFilePlanner(pinned.table(), Expressions.alwaysTrue());
        binPack.init(options(order));
        long last = order.upToSequence().orElse(Long.MAX_VALUE);
        List<FileGroup> groups = new ArrayList<>();
        try (CloseableIterable<RewriteFileGroup> planned = binPack.plan().groups()) {
            for (RewriteFileGroup group : planned) {
                FileGroup old = new FileGroup(group.fileScanTasks().stream()
                        .filter(task -> FileGroup.sequence(task.file()) <= last)
                        .toList());
                if (!old.tasks().isEmpty()) {
                    groups.add(old);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The plan of " + pinned.reference() + " can't be closed", e);
        }
        return groups;
    }

    /** The first groups, as many as one commit takes; at least one. */
    private static List<FileGroup> step(List<FileGroup> groups) {
        List<FileGroup> step = new ArrayList<>();
        long bytes = 0;
        int files = 0;
        for (FileGroup group : groups) {
            bytes += group.bytes();
            files += group.tasks().size();
            if (!step.isEmpty() && (bytes > STEP_BYTES || files > STEP_FILES)) {
                break;
            }
            step.add(group);
        }
        return step;
    }

    /** Number of data files of the whole table to which each of these delete files applies. */
    private static Map<String, Integer> deleteUses(PinnedTable pinned, List<FileScanTask> tasks) {
        Map<String, Integer> uses = new HashMap<>();
        tasks.forEach(task -> task.deletes().forEach(delete -> uses.put(FileGroup.key(delete), 0)));
        if (uses.isEmpty()) {
            return uses;
        }
        try (CloseableIterable<FileScanTask> all = pinned.table().newScan().planFiles()) {
            all.forEach(task -> task.deletes()
                    .forEach(delete -> uses.computeIfPresent(FileGroup.key(delete), (location, count) -> count + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException("The plan of " + pinned.reference() + " can't be closed", e);
        }
        return uses;
    }

    private static Map<String, String> options(CompactionOptions order) {
        Map<String, String> options = new HashMap<>();
        options.put(BinPackRewriteFilePlanner.REWRITE_ALL, String.valueOf(order.selection() == Selection.ALL));
        options.put(BinPackRewriteFilePlanner.MIN_INPUT_FILES, String.valueOf(order.minInputFiles()));
        options.put(BinPackRewriteFilePlanner.MAX_FILE_GROUP_SIZE_BYTES, String.valueOf(STEP_BYTES));
        options.put(BinPackRewriteFilePlanner.MAX_FILE_GROUP_INPUT_FILES, String.valueOf(STEP_FILES));
        order.deleteFileThreshold()
                .ifPresent(
                        count -> options.put(BinPackRewriteFilePlanner.DELETE_FILE_THRESHOLD, String.valueOf(count)));
        order.targetFileBytes()
                .ifPresent(
                        bytes -> options.put(BinPackRewriteFilePlanner.TARGET_FILE_SIZE_BYTES, String.valueOf(bytes)));
        return options;
    }
}
