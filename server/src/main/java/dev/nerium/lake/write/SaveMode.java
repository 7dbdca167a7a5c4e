package dev.nerium.lake.write;

import java.util.List;
import java.util.Locale;

/** The handling of existing rows of the destination. */
public sealed interface SaveMode {
    /** Modes without parameters. */
    enum Plain implements SaveMode {
        /** The result replaces rows and schema; the table's history stays. */
        OVERWRITE,
        /** The result's rows are added. */
        APPEND,
        /** Rows that the run names are taken away, and the result's rows are added: other versions of them, or new ones. */
        ROWS,
        /** All rows are taken away. */
        TRUNCATE;

        @Override
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The result's rows replace those with the same key, the others are added.
     *
     * @param keys names of the key columns; empty for the table's identifier fields
     */
    record Merge(List<String> keys) implements SaveMode {
        public Merge {
            keys = List.copyOf(keys);
        }

        @Override
        public String text() {
            return "merge";
        }
    }

    /** As the API writes it. */
    String text();
}
