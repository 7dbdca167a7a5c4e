/**
 * Write planning: the schema and layout of new files, and checks of staged files.
 *
 * <p>Takes: the schema of a result, the save mode, staged files. Gives: the schema and layout to write, checked files.
 * Owns: nothing. May call: {@code error}, {@code lake.catalog}, {@code lake.footer}, {@code lake.io}, {@code lake.name}, {@code lake.scan},
 * {@code lake.table}. Never: commits.
 */
@NullMarked
package dev.nerium.lake.write;

import org.jspecify.annotations.NullMarked;
