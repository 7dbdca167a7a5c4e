package dev.nerium.observe.lineage;

import dev.nerium.run.Run;

/** The name of a run's job. OpenLineage's jobs recur, so the same work has the same name. */
final class JobName {
    private static final int DIGITS = 12;

    private JobName() {}

    /** After the table that it makes, whatever the code; else after the code. */
    static String of(Run run) {
        return run.what().mode()
                + "."
                + run.destination().orElseGet(() -> run.codeHash().substring(0, DIGITS));
    }
}
