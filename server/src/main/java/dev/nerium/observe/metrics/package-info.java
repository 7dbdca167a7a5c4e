/**
 * The server's metrics, for Prometheus.
 *
 * <p>Takes: runs that ended, responses that were sent, and suppliers of the other values. Gives: a page. Owns: the
 * names of the metrics. May call: {@code observe}, {@code run}. Never: reads a gauge except when metrics are requested.
 */
@NullMarked
package dev.nerium.observe.metrics;

import org.jspecify.annotations.NullMarked;
