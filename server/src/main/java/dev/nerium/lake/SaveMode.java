package dev.nerium.lake;

import java.util.Locale;

/** What becomes of the rows that the destination has. */
public enum SaveMode {
    /** The result replaces rows and schema; the table's history stays. */
    OVERWRITE,
    /** The result's rows are added. */
    APPEND;

    /** As the API writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
