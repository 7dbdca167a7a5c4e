/**
 * Distributed engines: clusters of Spark and Polars.
 *
 * <p>Takes: a statement that a worker wrote, and the tables that it reads. Gives: its rows in a staging table, or the
 * reason for the failure. Owns: the submitter, a process that holds the cluster's credential and checks each statement.
 * May call: {@code config}, {@code error}, {@code lake.io}, {@code lake.table}. Never: sends the address of the cluster
 * to a worker.
 */
@NullMarked
package dev.nerium.distributed;

import org.jspecify.annotations.NullMarked;
