/**
 * The HTTP server with all routes.
 *
 * <p>Takes: services. Gives: a server that listens. Owns: the port. May call: {@code config}, {@code error},
 * {@code http.common}, {@code http.connection}, {@code http.ops}, {@code observe.metrics}. Never: contains a rule that
 * a command line or a test without HTTP would need, too.
 */
@NullMarked
package dev.nerium.http;

import org.jspecify.annotations.NullMarked;
