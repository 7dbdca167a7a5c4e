/**
 * The telemetry tables: the server's runs, run events, spans and logs, for each key to query those of its runs, and the sizes
 * of all tables.
 *
 * <p>Takes: rows, and runs that ended. Gives: Iceberg tables in the namespace {@code telemetry}. Owns: their columns,
 * batches and maintenance. May call: {@code audit}, {@code config}, {@code lake}, {@code lake.name}, {@code lake.system},
 * {@code lake.table}, {@code lake.write}, {@code observe}, {@code run}, {@code store}. Never: delays or fails a run.
 */
@NullMarked
package dev.nerium.observe.telemetry;

import org.jspecify.annotations.NullMarked;
