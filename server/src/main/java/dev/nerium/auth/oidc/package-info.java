/**
 * Access tokens of an OpenID provider.
 *
 * <p>Takes: a bearer token. Gives: its owner and its end. Owns: a copy of the provider's public keys. May call: {@code auth},
 * {@code config}, {@code error}. Never: accepts a token that it can't check; logs or quotes a token.
 */
@NullMarked
package dev.nerium.auth.oidc;

import org.jspecify.annotations.NullMarked;
