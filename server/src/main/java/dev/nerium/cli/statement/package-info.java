/**
 * The text of SQL statements: tokens, statements between semicolons, places of errors, names.
 *
 * <p>Takes: text. Gives: tokens, statements. Owns: nothing. May call: nothing. Never: refuses a text.
 */
@NullMarked
package dev.nerium.cli.statement;

import org.jspecify.annotations.NullMarked;
