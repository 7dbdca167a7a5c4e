/**
 * Tables that the server writes itself, such as those of telemetry.
 *
 * <p>Takes: records. Gives: commits, and compacted and expired tables, without a worker. Owns: nothing. May call:
 * {@code lake.catalog}, {@code lake.commit}, {@code lake.io}, {@code lake.maintenance}, {@code lake.name},
 * {@code lake.table}, {@code lake.write}. Never: needs a worker.
 */
@NullMarked
package dev.nerium.lake.system;

import org.jspecify.annotations.NullMarked;
