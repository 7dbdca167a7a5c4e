/**
 * TCP connections of clients: how many there may be, how long they may do nothing, and when they end.
 *
 * <p>Takes: connections that Helidon accepted. Gives: the same, with limits. Owns: limits, time-outs, framing rules that
 * Helidon leaves open. May call: {@code config}. Never: looks at routes, keys or what a request wants.
 */
@NullMarked
package dev.nerium.http.connection;

import org.jspecify.annotations.NullMarked;
