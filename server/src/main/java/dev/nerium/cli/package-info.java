/**
 * The command line.
 *
 * <p>Takes: a command's words, its environment and its streams. Gives: text, and an exit code. Owns: nothing that lasts. May
 * call: {@code Nerium}, {@code config}, {@code auth}, {@code error}, and a server over HTTP. Never: reaches into a running server.
 */
@NullMarked
package dev.nerium.cli;

import org.jspecify.annotations.NullMarked;
