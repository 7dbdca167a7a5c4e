/**
 * The command line.
 *
 * <p>Takes: the arguments of a command, its environment and its streams. Gives: text, and an exit code. Owns: nothing
 * that lasts. May call: {@code cli.command}, {@code cli.command.ref}, {@code cli.shell}, {@code error}. Never: accesses a running server other than over HTTP.
 */
@NullMarked
package dev.nerium.cli;

import org.jspecify.annotations.NullMarked;
