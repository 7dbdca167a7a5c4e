package dev.nerium.lake.scan;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Deleted rows of one data file: a blob of a Puffin file (Iceberg spec v3, deletion vectors).
 *
 * @param rows that it deletes
 */
public record DeletionVector(Path file, long offset, long bytes, long rows) {
    DeletionVector at(UnaryOperator<Path> place) {
        return new DeletionVector(place.apply(file), offset, bytes, rows);
    }
}
