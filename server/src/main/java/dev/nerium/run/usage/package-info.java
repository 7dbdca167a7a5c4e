/**
 * Sums over the records of runs.
 *
 * <p>Takes: days and keys. Gives: what the runs used. Owns: nothing. May call: {@code run}, {@code store}. Never: changes
 * a record.
 */
@NullMarked
package dev.nerium.run.usage;

import org.jspecify.annotations.NullMarked;
