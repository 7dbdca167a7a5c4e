/**
 * Lineage of recent queries, by the names of tables.
 *
 * <p>Takes: columns by handles. Gives: columns by names. Owns: a cache. May call: {@code run}, {@code sandbox.job},
 * {@code workload.live}. Never: fails a run.
 */
@NullMarked
package dev.nerium.workload.lineage;

import org.jspecify.annotations.NullMarked;
