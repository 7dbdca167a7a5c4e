/**
 * Workers, for a job at a time.
 *
 * <p>Takes: a job and callbacks that answer what the worker asks. Gives: an outcome. Owns: the pool of workers. May call:
 * {@code config}, {@code error}, {@code sandbox.admission}, {@code sandbox.daytona}, {@code sandbox.isolation},
 * {@code sandbox.job}, {@code sandbox.pool}, {@code sandbox.process}, {@code sandbox.protocol}. Never: hands a worker a
 * credential.
 */
@NullMarked
package dev.nerium.sandbox;

import org.jspecify.annotations.NullMarked;
