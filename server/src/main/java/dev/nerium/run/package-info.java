/**
 * The records of runs.
 *
 * <p>Takes: the start and the end of a workload. Gives: its record. Owns: the run table, run ids, the run of each
 * Idempotency-Key, the list of servers. May call: {@code error}, {@code store}. Never: decides anything about a run.
 */
@NullMarked
package dev.nerium.run;

import org.jspecify.annotations.NullMarked;
