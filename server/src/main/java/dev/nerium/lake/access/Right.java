package dev.nerium.lake.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A right on a table, a view, or all of a schema or catalog. */
public enum Right {
    /** Read rows, the schema and metadata; of a folder, its files. */
    READ,
    /** Add, change and remove rows, also in branches and tags. */
    WRITE,
    /** Make a table, a view or a schema. */
    CREATE,
    /** Remove or rename it. */
    DROP,
    /** All the others; also alter and maintain it, and grant rights on it. */
    MANAGE;

    public boolean includes(Right other) {
        return this == other || this == MANAGE;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Right> parse(String text) {
        return Arrays.stream(values())
                .filter(right -> right.text().equals(text.toLowerCase(Locale.ROOT)))
                .findAny();
    }
}
