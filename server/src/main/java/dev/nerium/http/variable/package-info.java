/**
 * Routes for environment variables.
 *
 * <p>Takes: bodies. Gives: variables with their values. Owns: nothing. May call: {@code audit}, {@code auth}, {@code config}, {@code error},
 * {@code http.common}, {@code variable}. Never: shows a value to a key without the scope admin.
 */
@NullMarked
package dev.nerium.http.variable;

import org.jspecify.annotations.NullMarked;
