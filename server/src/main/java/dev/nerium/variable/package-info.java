/**
 * Environment variables, whose values are encrypted at rest.
 *
 * <p>Takes: names and values. Gives: the same. Owns: their rows in the state database, the file with the key. May call:
 * {@code config}, {@code error}, {@code store}. Never: logs a value.
 */
@NullMarked
package dev.nerium.variable;

import org.jspecify.annotations.NullMarked;
