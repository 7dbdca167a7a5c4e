/**
 * Lineage in OpenLineage's terms, of Nerium's runs and of reported events.
 *
 * <p>Takes: runs, and reported events. Gives: events to the configured transports, and the lineage graph. Owns: the
 * stored events and the graph. May call: {@code config}, {@code error}, {@code lake}, {@code lake.name},
 * {@code lake.table}, {@code observe}, {@code observe.events}, {@code observe.telemetry}, {@code run}, {@code store}. Never: reads a table's
 * rows.
 */
@NullMarked
package dev.nerium.observe.lineage;

import org.jspecify.annotations.NullMarked;
