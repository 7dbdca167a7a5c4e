/**
 * The lake: catalogs, snapshots, plans and commits, all by Iceberg's own library.
 *
 * <p>Takes: table names, pushed-down filters, staged Parquet files. Gives: pinned tables, planned files, commits. Owns: the
 * embedded catalog and warehouse. May call: {@code config}, {@code error}. Never: runs user code, or lets an Iceberg type
 * out of the package.
 */
@NullMarked
package dev.nerium.lake;

import org.jspecify.annotations.NullMarked;
