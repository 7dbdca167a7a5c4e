/**
 * Code that all routes share: routing, JSON, fields, authentication, errors, idempotency, disconnected clients.
 *
 * <p>Takes: requests. Gives: checked values and responses. Owns: the table of routes. May call: {@code audit}, {@code auth}, {@code auth.oidc}, {@code auth.session},
 * {@code config}, {@code error}, {@code lake.access}, {@code lake.name}, {@code run}, {@code workload}, {@code workload.live},
 * {@code workload.request}, {@code workload.results}. Never: knows of a single route.
 */
@NullMarked
package dev.nerium.http.common;

import org.jspecify.annotations.NullMarked;
