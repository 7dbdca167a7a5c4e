/**
 * Routes for operators: health, status, runtime, OpenAPI, metrics.
 *
 * <p>Takes: nothing. Gives: the state of the server. Owns: nothing. May call: {@code auth}, {@code config},
 * {@code distributed}, {@code error}, {@code http.common}, {@code http.connection}, {@code lake},
 * {@code observe.metrics}, {@code sandbox}, {@code sandbox.job}, {@code store}. Never: shows a secret.
 */
@NullMarked
package dev.nerium.http.ops;

import org.jspecify.annotations.NullMarked;
