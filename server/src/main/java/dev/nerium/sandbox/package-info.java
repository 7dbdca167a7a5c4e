/**
 * Workers, each leased for one job.
 *
 * <p>Takes: a job and callbacks for the requests of the worker. Gives: an outcome. Owns: the pool of workers. May call:
 * {@code config}, {@code error}, {@code sandbox.admission}, {@code sandbox.daytona}, {@code sandbox.isolation},
 * {@code sandbox.job}, {@code sandbox.pool}, {@code sandbox.process}, {@code sandbox.protocol}, {@code variable}. Never: gives a worker a
 * credential.
 */
@NullMarked
package dev.nerium.sandbox;

import org.jspecify.annotations.NullMarked;
