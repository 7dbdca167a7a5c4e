package dev.nerium.cli.command;

import java.util.Locale;

/** The values of {@code --save-mode}. */
enum SaveModeOption {
    OVERWRITE,
    APPEND,
    MERGE;

    /** As the API writes it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
