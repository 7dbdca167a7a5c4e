package dev.nerium.lake.storage;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** The parts of an object to read. */
public sealed interface ObjectRead {
    /** The whole object. */
    record Whole() implements ObjectRead {}

    /**
     * Columns of a Parquet file, with all that is inside them, and its footer.
     *
     * @param fields the columns' field ids
     * @param groups the row groups to read, if the reader accepts a file without the others
     */
    record Columns(Set<Integer> fields, Optional<RowGroups> groups) implements ObjectRead {
        public Columns {
            fields = Set.copyOf(fields);
        }
    }

    /** Chooses row groups of a Parquet file. */
    @FunctionalInterface
    interface RowGroups {
        /** @return the indexes of the row groups, in ascending order */
        List<Integer> choose(ParquetMetadata footer);
    }
}
