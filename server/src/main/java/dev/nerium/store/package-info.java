/**
 * The database of the server's own state.
 *
 * <p>Takes: the home folder, or the URL of a PostgreSQL database. Gives: handles on an up-to-date schema. Owns:
 * {@code state.db} and the migrations. May call: {@code config}, {@code error}. Never: knows what the tables mean.
 */
@NullMarked
package dev.nerium.store;

import org.jspecify.annotations.NullMarked;
