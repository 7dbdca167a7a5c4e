/**
 * The HTTP server: routes, put together.
 *
 * <p>Takes: services. Gives: a server that listens. Owns: the port. May call: {@code auth}, {@code config},
 * {@code distributed}, {@code error}, {@code http.catalog}, {@code http.common}, {@code http.connection},
 * {@code http.lineage}, {@code http.ops}, {@code http.run}, {@code http.workload}, {@code lake}, {@code lake.rest},
 * {@code observe}, {@code observe.lineage}, {@code observe.metrics}, {@code run}, {@code sandbox}, {@code store},
 * {@code workload}, {@code workload.live}, {@code workload.results}. Never: decides anything that a command line or a test
 * without HTTP would have to decide again.
 */
@NullMarked
package dev.nerium.http;

import org.jspecify.annotations.NullMarked;
