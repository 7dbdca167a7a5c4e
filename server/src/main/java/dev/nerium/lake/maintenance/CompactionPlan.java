package dev.nerium.lake.maintenance;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The plan of a compaction.
 *
 * @param all data files that are worth a rewrite
 * @param groups partitions, or parts of them, that they are in
 * @param step the first of them, as many as one commit takes; empty where there is nothing to do
 * @param next where files are left for another step, the sequence number up to which it looks
 */
public record CompactionPlan(FileSummary all, int groups, Optional<CompactionStep> step, OptionalLong next) {}
