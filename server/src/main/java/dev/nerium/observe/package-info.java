/**
 * Passes the events of runs to observers: lineage, traces, logs.
 *
 * <p>Takes: a run at its start, during its execution and at its end. Gives: the same to each observer, on a thread of
 * its own. Owns: the queue between both. May call: {@code lake.table}, {@code run}. Never: delays or fails a run.
 */
@NullMarked
package dev.nerium.observe;

import org.jspecify.annotations.NullMarked;
