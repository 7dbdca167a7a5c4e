/**
 * One class for each command.
 *
 * <p>Takes: options. Gives: an exit code. Owns: nothing. May call: {@code auth}, {@code cli.client}, {@code cli.option}, {@code cli.output}, {@code cli.prompt}, {@code cli.shell}, {@code cli.statement}, {@code cli.workload}, {@code config}, {@code config.tree}, {@code distributed}, {@code error}, {@code lake.name}, {@code lake.write}, {@code run}, {@code sandbox.isolation}, {@code server}. Never: formats a table itself.
 */
@NullMarked
package dev.nerium.cli.command;

import org.jspecify.annotations.NullMarked;
