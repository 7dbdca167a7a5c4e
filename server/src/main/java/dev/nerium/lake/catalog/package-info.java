/**
 * Iceberg catalogs: the embedded one and external ones.
 *
 * <p>Takes: the configuration of a catalog. Gives: tables to load, create and list. Owns: the embedded catalog's
 * database. May call: {@code config}, {@code error}, {@code lake.io}, {@code lake.name}, {@code lake.storage},
 * {@code lake.table}. Never: loads a class that a table or a catalog names.
 */
@NullMarked
package dev.nerium.lake.catalog;

import org.jspecify.annotations.NullMarked;
