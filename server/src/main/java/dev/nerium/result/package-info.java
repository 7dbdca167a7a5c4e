/**
 * A worker's result as the API's JSON rows.
 *
 * <ul>
 *   <li>Takes: the fields of a {@code result} message and the Arrow IPC stream that belongs to it, both hostile.
 *   <li>Gives: {@link dev.nerium.result.ResultShape}, and {@link dev.nerium.result.JsonRows}, which writes the rows.
 *   <li>Owns: the JSON text of every Polars type, and the memory of one record batch at a time.
 *   <li>May call: nothing. Uses Arrow's memory and message format, and Jackson.
 *   <li>Never: reads beyond a buffer, maps a file, holds a whole result, closes the stream it was given.
 * </ul>
 */
@NullMarked
package dev.nerium.result;

import org.jspecify.annotations.NullMarked;
