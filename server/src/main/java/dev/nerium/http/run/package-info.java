/**
 * Routes that show runs, their plans, results and events.
 *
 * <p>Takes: ids of runs. Gives: JSON and streams. Owns: nothing. May call: {@code auth}, {@code config}, {@code error},
 * {@code grant}, {@code http.common}, {@code http.workload}, {@code lake.access}, {@code result}, {@code run}, {@code workload}, {@code workload.live},
 * {@code workload.request}, {@code workload.results}. Never: changes a run, except by a cancel.
 */
@NullMarked
package dev.nerium.http.run;

import org.jspecify.annotations.NullMarked;
