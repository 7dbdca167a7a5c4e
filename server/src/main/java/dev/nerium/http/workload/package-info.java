/**
 * Routes that run a workload or load a file.
 *
 * <p>Takes: bodies. Gives: rows, streams, or the id of a run. Owns: nothing. May call: {@code auth}, {@code config},
 * {@code distributed}, {@code error}, {@code http.common}, {@code lake.name}, {@code lake.write}, {@code observe},
 * {@code result}, {@code run}, {@code sandbox.job}, {@code variable}, {@code workload}, {@code workload.request},
 * {@code workload.results}. Never: decides what a
 * run may do.
 */
@NullMarked
package dev.nerium.http.workload;

import org.jspecify.annotations.NullMarked;
