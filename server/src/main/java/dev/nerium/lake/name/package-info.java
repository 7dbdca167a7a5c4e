/**
 * Names of tables as users write them: parsed, quoted, with a version.
 *
 * <p>Takes: text. Gives: names and references. Owns: nothing. May call: {@code error}. Never: looks whether a table
 * exists.
 */
@NullMarked
package dev.nerium.lake.name;

import org.jspecify.annotations.NullMarked;
