/**
 * The database of the server's own state.
 *
 * <p>Takes: the home folder. Gives: a Jdbi on an up-to-date schema. Owns: {@code state.db} and its migrations. May call:
 * nothing. Never: knows what the tables mean.
 */
@NullMarked
package dev.nerium.store;

import org.jspecify.annotations.NullMarked;
