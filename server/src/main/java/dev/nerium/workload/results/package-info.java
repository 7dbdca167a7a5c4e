/**
 * Stored results of runs.
 *
 * <p>Takes: the response of a run. Gives: the same response again. Owns: nothing; the files belong to
 * {@code result.spool}. May call: {@code config}, {@code distributed}, {@code lake.name}, {@code result},
 * {@code result.spool}, {@code run}, {@code sandbox.job}, {@code workload.request}. Never: gives a result to another
 * key.
 */
@NullMarked
package dev.nerium.workload.results;

import org.jspecify.annotations.NullMarked;
