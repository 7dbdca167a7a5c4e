package dev.nerium.workload;

import dev.nerium.workload.tables.RunTables;

/** Limits of runs, for tests outside of this package. */
public final class WorkloadLimits {
    /** Tables that a run reads at most. */
    public static final int MOST_TABLES = RunTables.MAX_TABLES;

    private WorkloadLimits() {}
}
