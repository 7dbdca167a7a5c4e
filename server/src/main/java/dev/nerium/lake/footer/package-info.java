/**
 * The columns of Parquet data files, read from their footers.
 *
 * <p>Takes: Parquet files. Gives: their columns with names, field ids and types,
 * and which of them have comparable statistics. Owns: nothing. May call: nothing.
 * Never: reads a row, or trusts a size that a footer claims.
 */
@NullMarked
package dev.nerium.lake.footer;

import org.jspecify.annotations.NullMarked;
