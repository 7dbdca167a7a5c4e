/**
 * One worker process: its folder, cgroup, disk quota, start and end.
 *
 * <p>Takes: a started process and a job. Gives: an outcome. Owns: the process and its folder. May call: {@code config},
 * {@code error}, {@code lake.io}, {@code lake.write}, {@code sandbox.daytona}, {@code sandbox.job},
 * {@code sandbox.protocol}, {@code variable}. Never: outlives its worker.
 */
@NullMarked
package dev.nerium.sandbox.process;

import org.jspecify.annotations.NullMarked;
