/**
 * One immutable version of one table.
 *
 * <p>Takes: a loaded table and the version that a run requests. Gives: its schema, snapshot, size and location. Owns:
 * nothing. May call: {@code error}, {@code lake.io}, {@code lake.name}, {@code lake.storage}. Never: loads a newer
 * version of the table.
 */
@NullMarked
package dev.nerium.lake.table;

import org.jspecify.annotations.NullMarked;
