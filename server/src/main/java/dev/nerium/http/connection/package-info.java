/**
 * TCP connections of clients: limits on their number, TLS, idle time-outs, and their end.
 *
 * <p>Takes: connections that Helidon accepted. Gives: these connections, with limits. Owns: the certificate, limits, time-outs, framing
 * rules that Helidon leaves open. May call: {@code config}. Never: reads routes, keys or the content of a request.
 */
@NullMarked
package dev.nerium.http.connection;

import org.jspecify.annotations.NullMarked;
