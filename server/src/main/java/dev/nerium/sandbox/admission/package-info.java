/**
 * Admission of runs: the capacity of the machine, and a fair queue.
 *
 * <p>Takes: the resources that a run needs. Gives: a slot, or a refusal. Owns: the queue. May call: {@code config},
 * {@code error}, {@code sandbox.job}. Never: starts a process.
 */
@NullMarked
package dev.nerium.sandbox.admission;

import org.jspecify.annotations.NullMarked;
