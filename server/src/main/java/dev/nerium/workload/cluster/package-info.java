/**
 * The execution of one run on a cluster.
 *
 * <p>Takes: a statement. Gives: its staged files. Owns: the staging of the run. May call: {@code distributed},
 * {@code error}, {@code lake.staging}, {@code lake.table}, {@code lake.write}, {@code sandbox.job},
 * {@code workload.live}, {@code workload.request}, {@code workload.tables}. Never: commits.
 */
@NullMarked
package dev.nerium.workload.cluster;

import org.jspecify.annotations.NullMarked;
