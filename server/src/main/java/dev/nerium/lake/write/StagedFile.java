package dev.nerium.lake.write;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A Parquet file that a worker left for a table.
 *
 * @param partitionJson its partition as reported by the worker, as Iceberg single-value JSON; not yet checked
 * @param rows number of rows as reported by the worker; empty if it reported none
 * @param location of the object whose footer the file has, where that is one of the table's already; else empty
 */
public record StagedFile(Path path, String partitionJson, OptionalLong rows, Optional<String> location) {
    public StagedFile(Path path, String partitionJson) {
        this(path, partitionJson, OptionalLong.empty(), Optional.empty());
    }

    public StagedFile at(String object) {
        return new StagedFile(path, partitionJson, rows, Optional.of(object));
    }

    /** The same file with the number of rows that the worker reported. */
    public StagedFile withRows(long said) {
        return new StagedFile(path, partitionJson, OptionalLong.of(said), location);
    }
}
