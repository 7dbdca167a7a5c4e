/**
 * Environment variables, whose values are encrypted at rest, and their values for scripts.
 *
 * <p>Takes: names and values. Gives: the same, and a mask that hides the values in text. Owns: their rows in the state database, the
 * file with the key. May call: {@code auth}, {@code config}, {@code error}, {@code store}. Never: logs a value.
 */
@NullMarked
package dev.nerium.variable;

import org.jspecify.annotations.NullMarked;
