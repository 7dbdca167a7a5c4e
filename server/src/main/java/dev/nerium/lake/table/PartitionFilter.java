package dev.nerium.lake.table;

/**
 * One partition of a table, or several that share a value.
 *
 * @param key name of a partition field, or of the column that an identity field is of
 * @param value as Iceberg shows it in the names of folders: {@code 2026-11-01}, {@code 17}, {@code null}
 */
public record PartitionFilter(String key, String value) {}
