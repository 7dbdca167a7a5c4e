/**
 * Active runs: state, cancellation, events, statistics.
 *
 * <p>Takes: the events of a run. Gives: its state to observers and clients. Owns: the runs of this process. May call:
 * {@code auth}, {@code config}, {@code distributed}, {@code error}, {@code lake.name}, {@code lake.scan},
 * {@code lake.table}, {@code observe}, {@code quota}, {@code run}, {@code sandbox}, {@code sandbox.job},
 * {@code variable}. Never: decides what a run does next.
 */
@NullMarked
package dev.nerium.workload.live;

import org.jspecify.annotations.NullMarked;
