/**
 * Results that are kept on the disk, in pages.
 *
 * <p>Takes: the rows of a result. Gives: them again, from any row on. Owns: the folder of the results. May call:
 * {@code config}, {@code result}. Never: keeps more than it may.
 */
@NullMarked
package dev.nerium.result.spool;

import org.jspecify.annotations.NullMarked;
