/**
 * Statements about metadata: tables, schemas and views are created, changed, dropped and described.
 *
 * <p>Takes: the command that a worker read from a statement, which may be forged. Gives: rows that describe the lake, or
 * none. Owns: the checks of commands. May call: {@code config}, {@code error}, {@code lake.access}, {@code lake.catalog}, {@code lake.commit}, {@code lake.io},
 * {@code lake.name}, {@code lake.refs}, {@code lake.rest}, {@code lake.table}, {@code lake.write}. Never: parses SQL, or knows of keys' scopes.
 */
@NullMarked
package dev.nerium.lake.command;

import org.jspecify.annotations.NullMarked;
