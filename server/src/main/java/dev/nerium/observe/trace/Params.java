package dev.nerium.observe.trace;

import dev.nerium.run.Run;

/** Keeps a run's params, which may be secrets, out of a text that a failure put them into. */
final class Params {
    /** Shorter ones are parts of ordinary words. */
    private static final int SHORTEST = 4;

    private Params() {}

    static String without(String text, Run run) {
        String clean = text;
        for (String value : run.what().params().values()) {
            if (value.length() >= SHORTEST) {
                clean = clean.replace(value, "***");
            }
        }
        return clean;
    }
}
