/**
 * The interactive prompt for SQL.
 *
 * <p>Takes: a terminal. Gives: results of statements. Owns: the terminal, the history file, the pager's process. May
 * call: {@code cli.client}, {@code cli.option}, {@code cli.output}, {@code cli.shell}, {@code cli.statement}, {@code cli.workload},
 * {@code config}, {@code lake.name}. Never: is loaded by a command that does not open the prompt.
 */
@NullMarked
package dev.nerium.cli.prompt;

import org.jspecify.annotations.NullMarked;
