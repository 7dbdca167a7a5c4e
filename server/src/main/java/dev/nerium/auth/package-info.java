/**
 * Authentication and scopes of API keys.
 *
 * <p>Takes: a bearer token. Gives: a principal with a scope. Owns: the keys. May call: {@code config}, {@code error},
 * {@code store}. Never: keeps or logs a key's text.
 */
@NullMarked
package dev.nerium.auth;

import org.jspecify.annotations.NullMarked;
