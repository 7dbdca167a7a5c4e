/**
 * The HTTP server: routes, put together.
 *
 * <p>Takes: services. Gives: a server that listens. Owns: the port. May call: {@code config}, {@code error},
 * {@code http.common}, {@code http.connection}, {@code http.ops}, {@code observe.metrics}. Never: decides anything that
 * a command line or a test without HTTP would have to decide again.
 */
@NullMarked
package dev.nerium.http;

import org.jspecify.annotations.NullMarked;
