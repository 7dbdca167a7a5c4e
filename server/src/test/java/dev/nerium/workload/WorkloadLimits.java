package dev.nerium.workload;

/** Limits of runs, for tests outside of this package. */
public final class WorkloadLimits {
    /** Tables that a run reads at most. */
    public static final int MOST_TABLES = LakeHost.MOST_TABLES;

    private WorkloadLimits() {}
}
