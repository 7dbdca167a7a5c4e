/**
 * Routes for keys.
 *
 * <p>Takes: bodies. Gives: keys, and the text of a new one once. Owns: nothing. May call: {@code audit}, {@code auth}, {@code auth.oidc}, {@code config},
 * {@code error}, {@code http.common}. Never: logs or quotes the text of a key.
 */
@NullMarked
package dev.nerium.http.key;

import org.jspecify.annotations.NullMarked;
