package dev.nerium.lake;

import java.nio.file.Path;

/**
 * Deleted rows of one data file: a blob of a Puffin file (Iceberg spec v3, deletion vectors).
 *
 * @param rows that it deletes
 */
public record DeletionVector(Path file, long offset, long bytes, long rows) {}
