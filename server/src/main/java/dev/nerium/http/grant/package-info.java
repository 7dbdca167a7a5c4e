/**
 * Routes for grants.
 *
 * <p>Takes: bodies. Gives: grants. Owns: nothing. May call: {@code audit}, {@code auth}, {@code config}, {@code error}, {@code grant},
 * {@code http.common}, {@code lake.access}, {@code lake.name}. Never: decides who may do something.
 */
@NullMarked
package dev.nerium.http.grant;

import org.jspecify.annotations.NullMarked;
