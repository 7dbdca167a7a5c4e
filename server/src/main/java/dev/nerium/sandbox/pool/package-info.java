/**
 * Workers that are started before they are needed.
 *
 * <p>Takes: the number of idle workers of each tier. Gives: a ready worker. Owns: idle workers. May call:
 * {@code config}, {@code sandbox.job}, {@code sandbox.process}. Never: gives a script a used worker, or a key a worker
 * that ran SQL of another key.
 */
@NullMarked
package dev.nerium.sandbox.pool;

import org.jspecify.annotations.NullMarked;
