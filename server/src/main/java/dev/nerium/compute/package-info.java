/**
 * Where a workload runs.
 *
 * <p>Takes: a request's wishes. Gives: a placement, and the report that the reply carries. Owns: nothing. May call:
 * {@code config}, {@code distributed}, {@code error}, {@code sandbox}, {@code sandbox.job}. Never: falls back from a
 * distributed engine to the local sandbox.
 */
@NullMarked
package dev.nerium.compute;

import org.jspecify.annotations.NullMarked;
