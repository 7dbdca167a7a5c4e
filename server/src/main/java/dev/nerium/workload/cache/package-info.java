/**
 * Results of queries that are returned again.
 *
 * <p>Takes: the result of a run, with its request and the snapshots that it read. Gives: the same rows to the same key.
 * Owns: the rows in memory. May call: {@code auth}, {@code config}, {@code lake.write}, {@code run},
 * {@code sandbox.job}, {@code workload.request}, {@code workload.tables}. Never: gives a result to another key.
 */
@NullMarked
package dev.nerium.workload.cache;

import org.jspecify.annotations.NullMarked;
