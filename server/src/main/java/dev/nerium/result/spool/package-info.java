/**
 * Stored results: files on disk, in pages.
 *
 * <p>Takes: the rows of a result. Gives: the rows again, from any row on. Owns: the folder of the results. May call:
 * {@code config}, {@code result}. Never: exceeds its size limit.
 */
@NullMarked
package dev.nerium.result.spool;

import org.jspecify.annotations.NullMarked;
