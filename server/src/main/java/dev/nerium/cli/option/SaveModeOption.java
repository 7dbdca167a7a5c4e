package dev.nerium.cli.option;

import java.util.Locale;

/** The values of {@code --save-mode}. */
public enum SaveModeOption {
    OVERWRITE,
    APPEND,
    MERGE;

    /** As the API writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
