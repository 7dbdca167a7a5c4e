/**
 * Runs: what happened, kept.
 *
 * <p>Takes: a workload's beginning and end. Gives: its record. Owns: the run table and run ids. May call: {@code error},
 * {@code store}. Never: decides anything about a run.
 */
@NullMarked
package dev.nerium.run;

import org.jspecify.annotations.NullMarked;
