/**
 * The telemetry tables: the server's run events, spans and logs, for each key to query those of its runs.
 *
 * <p>Takes: rows. Gives: three Iceberg tables in the namespace {@code telemetry}. Owns: their columns, batches and
 * maintenance. May call: {@code config}, {@code lake}, {@code lake.system}, {@code lake.table}, {@code lake.write}.
 * Never: delays or fails a run.
 */
@NullMarked
package dev.nerium.observe.telemetry;

import org.jspecify.annotations.NullMarked;
