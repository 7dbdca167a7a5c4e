package dev.nerium.cli;

import java.util.Locale;

/** The values of {@code --save-mode}. */
enum SaveChoice {
    OVERWRITE,
    APPEND,
    MERGE;

    /** As the API writes it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
