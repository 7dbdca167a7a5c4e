package dev.nerium.run;

import java.util.Locale;

/** The outcome of a lookup in the result cache. */
public enum CacheOutcome {
    /** The rows of an earlier run. */
    HIT,
    /** Nothing: the run was executed. */
    MISS;

    /** As the API writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
