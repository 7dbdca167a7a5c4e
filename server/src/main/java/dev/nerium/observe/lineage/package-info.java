/**
 * Lineage in OpenLineage's terms: of Nerium's own runs, and of those that others report.
 *
 * <p>Takes: runs, and events of others. Gives: events to the configured transports, and the graph of what is made from
 * what. Owns: the stored events and the graph. May call: run, lake, store. Never: reads a table's rows.
 */
@NullMarked
package dev.nerium.observe.lineage;

import org.jspecify.annotations.NullMarked;
