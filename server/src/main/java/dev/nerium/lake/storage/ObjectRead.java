package dev.nerium.lake.storage;

import java.util.Set;

/** What of an object is read. */
public sealed interface ObjectRead {
    /** All of it. */
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
