/**
 * The program: it begins here.
 *
 * <p>Takes: the words of a command. Gives: an exit code. Owns: nothing. May call: {@code cli}, {@code config}. Never:
 * decides anything.
 */
@NullMarked
package dev.nerium;

import org.jspecify.annotations.NullMarked;
