/**
 * A worker's result as rows of JSON or CSV.
 *
 * <ul>
 *   <li>Takes: the fields of a {@code result} message and the Arrow IPC stream that belongs to it, both hostile.
 *   <li>Gives: {@link dev.nerium.result.ResultShape}, and {@link dev.nerium.result.ResultRows}, which writes the rows.
 *   <li>Owns: the text of every Polars type in JSON and in CSV, and the memory of one record batch at a time.
 *   <li>May call: nothing. Uses Arrow's memory and message format, and Jackson.
 *   <li>Never: reads beyond a buffer, maps a file, holds a whole result, closes the stream it was given.
 * </ul>
 */
@NullMarked
package dev.nerium.result;

import org.jspecify.annotations.NullMarked;
