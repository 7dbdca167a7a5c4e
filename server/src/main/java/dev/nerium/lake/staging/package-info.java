/**
 * The staging table or folder to which a cluster writes the rows of one run.
 *
 * <p>Takes: the schema of a result. Gives: a table to write to, then its files. Owns: the staging folder. May call:
 * {@code config}, {@code error}, {@code lake.catalog}, {@code lake.commit}, {@code lake.io}, {@code lake.name},
 * {@code lake.scan}, {@code lake.storage}, {@code lake.table}, {@code lake.write}. Never: shows one run the files of
 * another.
 */
@NullMarked
package dev.nerium.lake.staging;

import org.jspecify.annotations.NullMarked;
