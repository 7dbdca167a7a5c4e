/**
 * OpenTelemetry: the trace of each run, and its output as log records.
 *
 * <p>Takes: runs that ended. Gives: spans and log records, to the telemetry tables and to a collector. Owns: their
 * names and attributes. May call: {@code config}, {@code observe}, {@code observe.telemetry}, {@code run}. Never:
 * exports a run's params.
 */
@NullMarked
package dev.nerium.observe.trace;

import org.jspecify.annotations.NullMarked;
