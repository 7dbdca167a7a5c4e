/**
 * Scan planning: the files that a query reads, with the deletes that apply to them.
 *
 * <p>Takes: a pinned table and a filter. Gives: a plan of files, local copies of those in object stores, the candidates
 * of a merge. Owns: the cache of plans and footers. May call: {@code error}, {@code lake.footer}, {@code lake.io},
 * {@code lake.name}, {@code lake.storage}, {@code lake.table}. Never: prunes a file or a
 * row group that may have a row of the result.
 */
@NullMarked
package dev.nerium.lake.scan;

import org.jspecify.annotations.NullMarked;
