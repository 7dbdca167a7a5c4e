/**
 * The lake as an Iceberg REST catalog (Iceberg's {@code rest-catalog-open-api.yaml} ), by Iceberg's own handlers.
 *
 * <p>Takes: an operation, the names in its path, a body. Gives: a status and a body. Owns: the list of operations, and
 * the validation of commits of other engines. May call: {@code error}, {@code lake.access}, {@code lake.catalog}, {@code lake.commit},
 * {@code lake.io}, {@code lake.name}, {@code lake.scan}, {@code lake.table}. Never: knows of HTTP or of keys.
 */
@NullMarked
package dev.nerium.lake.rest;

import org.jspecify.annotations.NullMarked;
