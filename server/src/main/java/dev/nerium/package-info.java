/**
 * The entry point of the program.
 *
 * <p>Takes: the arguments of a command. Gives: an exit code. Owns: nothing. May call: {@code cli}, {@code config}.
 * Never: decides anything.
 */
@NullMarked
package dev.nerium;

import org.jspecify.annotations.NullMarked;
