/**
 * The tables that one run may access.
 *
 * <p>Takes: requests of a worker. Gives: plans, schemas, pinned tables. Owns: the versions that the run has pinned, and the
 * plan requests of recent queries. May call: {@code auth}, {@code distributed}, {@code error}, {@code lake}, {@code lake.access}, {@code lake.command}, {@code lake.files}, {@code lake.io}, {@code lake.name}, {@code lake.rest},
 * {@code lake.scan}, {@code lake.staging}, {@code lake.storage}, {@code lake.table}, {@code lake.write},
 * {@code sandbox.job}, {@code sandbox.protocol}, {@code workload.live}, {@code workload.request}. Never: gives a table
 * that the key may not read.
 */
@NullMarked
package dev.nerium.workload.tables;

import org.jspecify.annotations.NullMarked;
