/**
 * Stored results: files on disk, in pages.
 *
 * <p>Takes: the rows of a result. Gives: the rows again, from any row on. Owns: the folder of the results, and deletes
 * those that are expired or exceed the size limit. May call: {@code config}, {@code result}. Never: returns a result
 * that is not complete.
 */
@NullMarked
package dev.nerium.result.spool;

import org.jspecify.annotations.NullMarked;
