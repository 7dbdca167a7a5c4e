/**
 * Which run may begin now: capacity of the machine, and a fair queue.
 *
 * <p>Takes: what a run needs. Gives: its turn, or a refusal. Owns: the queue. May call: {@code config}, {@code error},
 * {@code sandbox.job}. Never: starts a process.
 */
@NullMarked
package dev.nerium.sandbox.admission;

import org.jspecify.annotations.NullMarked;
