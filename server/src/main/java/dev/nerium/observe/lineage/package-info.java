/**
 * Lineage in OpenLineage's terms: of Nerium's own runs, and of those that others report.
 *
 * <p>Takes: runs, and events of others. Gives: events to the configured transports, and the graph of what is made from what.
 * Owns: the stored events and the graph. May call: {@code config}, {@code error}, {@code lake}, {@code lake.name},
 * {@code lake.table}, {@code observe}, {@code observe.telemetry}, {@code run}, {@code store}. Never: reads a table's rows.
 */
@NullMarked
package dev.nerium.observe.lineage;

import org.jspecify.annotations.NullMarked;
