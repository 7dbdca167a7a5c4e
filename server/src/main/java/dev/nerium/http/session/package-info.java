/**
 * Routes for sessions of browsers.
 *
 * <p>Takes: a key or a token. Gives: a cookie and a token against forged requests. Owns: nothing. May call: {@code audit}, {@code auth},
 * {@code auth.oidc}, {@code auth.session}, {@code config}, {@code http.common}. Never: logs the value of a cookie.
 */
@NullMarked
package dev.nerium.http.session;

import org.jspecify.annotations.NullMarked;
