/**
 * Requests of clients, and their results.
 *
 * <p>Takes and gives: records; {@code OutcomeErrors} turns the outcome of a failed job into an error. Owns: nothing.
 * May call: {@code config}, {@code distributed}, {@code error}, {@code lake.name}, {@code lake.write}, {@code result},
 * {@code result.spool}, {@code run}, {@code sandbox.job}. Never: waits.
 */
@NullMarked
package dev.nerium.workload.request;

import org.jspecify.annotations.NullMarked;
