/**
 * Streams, terminal, signals and exit codes.
 *
 * <p>Takes: the process's streams. Gives: formatted output. Owns: nothing. May call: {@code config}, {@code error}.
 * Never: knows of a command.
 */
@NullMarked
package dev.nerium.cli.shell;

import org.jspecify.annotations.NullMarked;
