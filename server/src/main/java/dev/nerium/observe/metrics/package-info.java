/**
 * The server's figures, for Prometheus.
 *
 * <p>Takes: runs that ended, answers that were sent, and where to look for the rest. Gives: a page. Owns: the names of the
 * figures. May call: {@code observe}, {@code run}. Never: looks anything up between two pages.
 */
@NullMarked
package dev.nerium.observe.metrics;

import org.jspecify.annotations.NullMarked;
