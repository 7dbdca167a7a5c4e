/**
 * The facade of the lake: the tables of all catalogs for runs.
 *
 * <p>Takes: table names, pushed-down filters, staged Parquet files. Gives: pinned tables, planned files, commits. Owns:
 * the embedded catalog and warehouse. May call: {@code config}, {@code error}, {@code lake.access}, {@code lake.catalog}, {@code lake.command},
 * {@code lake.commit}, {@code lake.io}, {@code lake.maintenance}, {@code lake.merge}, {@code lake.name},
 * {@code lake.refs}, {@code lake.rest}, {@code lake.scan}, {@code lake.staging}, {@code lake.storage}, {@code lake.system},
 * {@code lake.table}, {@code lake.write}. Never: runs user code, or lets an Iceberg type out of the packages below it.
 */
@NullMarked
package dev.nerium.lake;

import org.jspecify.annotations.NullMarked;
