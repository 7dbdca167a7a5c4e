/**
 * Options and arguments that several commands have.
 *
 * <p>Takes: texts of a command line, environment variables. Gives: values, access to a server, a place for rows. Owns:
 * nothing that lasts. May call: {@code auth}, {@code cli.client}, {@code cli.output}, {@code cli.shell}, {@code cli.statement}, {@code cli.workload}, {@code config}, {@code error}, {@code lake.name}. Never: executes a command.
 */
@NullMarked
package dev.nerium.cli.option;

import org.jspecify.annotations.NullMarked;
