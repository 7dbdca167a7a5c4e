/**
 * Branches and tags of tables: list, create, replace, fast-forward, drop.
 *
 * <p>Takes: names of branches and tags, the snapshot that they get. Gives: the branches and tags of a table. Owns: nothing.
 * May call: {@code error}, {@code lake.catalog}, {@code lake.commit}, {@code lake.name}, {@code lake.table}. Never: removes a
 * snapshot or a file.
 */
@NullMarked
package dev.nerium.lake.refs;

import org.jspecify.annotations.NullMarked;
