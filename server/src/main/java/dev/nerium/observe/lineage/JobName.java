package dev.nerium.observe.lineage;

import dev.nerium.run.Run;

/** What a run is one of: OpenLineage's jobs come again, so a name stays the same for the same work. */
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
