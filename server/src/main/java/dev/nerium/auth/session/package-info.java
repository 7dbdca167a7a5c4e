/**
 * Sessions of browsers, which have a cookie in place of a key.
 *
 * <p>Takes: a principal that authenticated, or a cookie. Gives: the principal of a session. Owns: the sessions. May call:
 * {@code auth}, {@code config}, {@code store}. Never: stores or logs the value of a cookie.
 */
@NullMarked
package dev.nerium.auth.session;

import org.jspecify.annotations.NullMarked;
