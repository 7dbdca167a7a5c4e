/**
 * Engines beyond this machine.
 *
 * <p>Takes: a statement that a worker wrote, and the tables that it reads. Gives: its rows in a staging table, or why not.
 * Owns: the submitter, a process that holds the cluster's credential and checks each statement. May call: {@code config},
 * {@code error}, {@code lake.io}, {@code lake.table}. Never: tells a worker where the cluster is.
 */
@NullMarked
package dev.nerium.distributed;

import org.jspecify.annotations.NullMarked;
