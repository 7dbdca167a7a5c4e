/**
 * The state database.
 *
 * <p>Takes: the home folder, or the URL of a PostgreSQL database. Gives: handles on an up-to-date schema. Owns:
 * {@code state.db} and the migrations. May call: {@code config}, {@code error}. Never: interprets the tables.
 */
@NullMarked
package dev.nerium.store;

import org.jspecify.annotations.NullMarked;
