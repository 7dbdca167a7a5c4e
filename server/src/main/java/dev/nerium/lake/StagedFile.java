package dev.nerium.lake;

import java.nio.file.Path;

/**
 * A Parquet file that a worker left for a table.
 *
 * @param partitionJson what the worker says of its partition, as Iceberg single-value JSON; not yet checked
 */
public record StagedFile(Path path, String partitionJson) {}
