/**
 * The commands of branches and tags.
 *
 * <p>Takes: options. Gives: an exit code. Owns: nothing. May call: {@code cli.client}, {@code cli.option}, {@code cli.output}, {@code cli.shell}, {@code lake.name}, {@code run}. Never: formats a table itself.
 */
@NullMarked
package dev.nerium.cli.command.ref;

import org.jspecify.annotations.NullMarked;
