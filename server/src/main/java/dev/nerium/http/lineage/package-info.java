/**
 * Routes of lineage: events of OpenLineage, and the graph.
 *
 * <p>Takes: events and requests. Gives: JSON. Owns: nothing. May call: {@code auth}, {@code config}, {@code error},
 * {@code grant}, {@code http.common}, {@code http.run}, {@code lake}, {@code lake.access}, {@code lake.name}, {@code observe.lineage}, {@code run}. Never:
 * trusts an event.
 */
@NullMarked
package dev.nerium.http.lineage;

import org.jspecify.annotations.NullMarked;
