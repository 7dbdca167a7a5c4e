/**
 * Routes of catalogs: lists, table maintenance, and Iceberg's REST catalog.
 *
 * <p>Takes: names of tables. Gives: JSON. Owns: nothing. May call: {@code audit}, {@code auth}, {@code config}, {@code error},
 * {@code grant}, {@code http.common}, {@code lake}, {@code lake.access}, {@code lake.catalog}, {@code lake.maintenance}, {@code lake.name}, {@code lake.refs},
 * {@code lake.rest}, {@code lake.table}, {@code run}, {@code workload}. Never: serialises an Iceberg class itself.
 */
@NullMarked
package dev.nerium.http.catalog;

import org.jspecify.annotations.NullMarked;
