/**
 * The command line.
 *
 * <p>Takes: the words of a command, its environment and its streams. Gives: text, and an exit code. Owns: nothing that
 * lasts. May call: {@code cli.command}, {@code cli.shell}. Never: reaches into a running server.
 */
@NullMarked
package dev.nerium.cli;

import org.jspecify.annotations.NullMarked;
