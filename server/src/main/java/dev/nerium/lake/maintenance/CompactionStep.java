package dev.nerium.lake.maintenance;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.WriteTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;

/** The files that one commit of a compaction replaces, as the table's snapshot had them when they were chosen. */
public final class CompactionStep {
    private final PinnedTable table;
    private final Snapshot start;
    private final List<FileScanTask> tasks;
    private final Map<String, Integer> deleteUses;
    private final ScanPlan plan;

    /** @param deleteUses how many data files each delete file of the tasks applies to, in the whole table */
    CompactionStep(
            PinnedTable table,
            Snapshot start,
            List<FileScanTask> tasks,
            Map<String, Integer> deleteUses,
            ScanPlan plan) {
        this.table = table;
        this.start = start;
        this.tasks = List.copyOf(tasks);
        this.deleteUses = Map.copyOf(deleteUses);
        this.plan = plan;
    }

    public PinnedTable table() {
        return table;
    }

    /** The plan for the worker: the rows of the files, without deleted ones. */
    public ScanPlan plan() {
        return plan;
    }

    public List<FileScanTask> tasks() {
        return tasks;
    }

    /** The data files that are replaced. */
    public FileSummary replaced() {
        return FileGroup.list(tasks);
    }

    /** The delete files that apply to no other data file, and go with those that are replaced. */
    public FileSummary dropped() {
        FileCounter tally = new FileCounter();
        deletes().forEach(delete -> tally.add(FileGroup.key(delete), FileGroup.size(delete)));
        return tally.list();
    }

    /**
     * Stages the replacement. The new files keep the sequence number of the snapshot that they were read from, so that equality
     * deletes which came later apply to them too; a later position delete of a replaced file is a conflict, as is a replaced
     * file that is gone.
     */
    public RewriteFiles update(WriteTarget target, DataFileBuilder files) {
        requireSameRows(files.rows());
        RewriteFiles rewrite = target.transaction().newRewrite().validateFromSnapshot(start.snapshotId());
        if (start.sequenceNumber() > 0) {
            rewrite.dataSequenceNumber(start.sequenceNumber());
        }
        tasks.forEach(task -> rewrite.deleteFile(task.file()));
        deletes().forEach(rewrite::deleteFile);
        files.dataFiles().forEach(rewrite::addFile);
        return rewrite;
    }

    /** The files were made outside of this program: what can be counted is counted before any row is given up. */
    private void requireSameRows(long written) {
        long rows = tasks.stream().mapToLong(task -> task.file().recordCount()).sum();
        boolean counted = tasks.stream().allMatch(task -> task.deletes().isEmpty());
        if (written > rows || (counted && written < rows)) {
            throw new NeriumException(
                    ErrorCode.WORKER_PROTOCOL_ERROR,
                    "The worker wrote %d rows, but the files to replace have %d: nothing was changed."
                            .formatted(written, rows));
        }
    }

    private List<DeleteFile> deletes() {
        Map<String, Integer> uses = new HashMap<>();
        Map<String, DeleteFile> deletes = new HashMap<>();
        for (FileScanTask task : tasks) {
            for (DeleteFile delete : task.deletes()) {
                uses.merge(FileGroup.key(delete), 1, Integer::sum);
                deletes.put(FileGroup.key(delete), delete);
            }
        }
        return deletes.entrySet().stream()
                .filter(entry -> Objects.equals(uses.get(entry.getKey()), deleteUses.get(entry.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }
}
