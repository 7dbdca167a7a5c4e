package dev.nerium.lake.storage;

import java.util.Set;

/** The parts of an object to read. */
public sealed interface ObjectRead {
    /** The whole object. */
    record Whole() implements ObjectRead {}

    /**
     * Columns of a Parquet file, with all that is inside them, and its footer.
     *
     * @param fields the columns' field ids
     */
    record Columns(Set<Integer> fields) implements ObjectRead {
        public Columns {
            fields = Set.copyOf(fields);
        }
    }
}
