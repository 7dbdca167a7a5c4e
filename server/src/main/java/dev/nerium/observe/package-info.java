/**
 * Tells what happens in runs to those who watch: lineage, traces, logs.
 *
 * <p>Takes: a run as it starts, goes on and ends. Gives: it to each observer, on a thread of its own. Owns: the queue
 * between both. May call: {@code lake.table}, {@code run}. Never: slows a run or fails one.
 */
@NullMarked
package dev.nerium.observe;

import org.jspecify.annotations.NullMarked;
