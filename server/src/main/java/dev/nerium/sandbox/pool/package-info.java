/**
 * Workers that are started before they are needed.
 *
 * <p>Takes: sizes by vCPUs. Gives: a ready worker. Owns: idle workers. May call: {@code config}, {@code sandbox.job},
 * {@code sandbox.process}. Never: gives a script a worker that ran another.
 */
@NullMarked
package dev.nerium.sandbox.pool;

import org.jspecify.annotations.NullMarked;
