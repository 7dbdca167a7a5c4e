package dev.nerium.workload;

import dev.nerium.lake.maintenance.CompactionPlan;
import dev.nerium.lake.maintenance.FileSummary;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The changes of a compaction, done or planned.
 *
 * @param todo data files that were worth a rewrite when it began
 * @param groups partitions, or parts of them, that these are in
 * @param done empty where nothing was rewritten
 * @param next where files are left for another step, the sequence number up to which it looks
 */
public record CompactionReport(FileSummary todo, int groups, Optional<CompletedStep> done, OptionalLong next) {
    /**
     * One step's commit.
     *
     * @param replaced data files that are no longer part of the table
     * @param dropped delete files likewise
     * @param added data files that hold their rows now
     */
    public record CompletedStep(UUID run, FileSummary replaced, FileSummary dropped, Added added) {}

    public record Added(long files, long bytes, long rows) {}

    static CompactionReport of(CompactionPlan plan, Optional<CompletedStep> done) {
        return new CompactionReport(plan.all(), plan.groups(), done, plan.next());
    }
}
