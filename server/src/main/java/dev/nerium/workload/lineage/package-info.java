/**
 * Lineage of recent queries, by the names of tables.
 *
 * <p>Takes: the lineage of a job. Gives: the same lineage for the next job with the same query. Owns: a cache. May
 * call: {@code run}, {@code sandbox.job}, {@code workload.live}. Never: fails a run.
 */
@NullMarked
package dev.nerium.workload.lineage;

import org.jspecify.annotations.NullMarked;
