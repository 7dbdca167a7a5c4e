package dev.nerium.workload.request;

import dev.nerium.distributed.ClusterSize;
import dev.nerium.sandbox.job.Tier;

/** The requested place of execution of a workload. */
public sealed interface ComputeTarget {
    /** In the sandbox of this machine. */
    record Local(int vcpus) implements ComputeTarget {
        /** Used for a request that names no tier. */
        public static final Local DEFAULT = new Local(Tier.DEFAULT_VCPUS);
    }

    /** On the configured engine. */
    record Cluster(ClusterSize wanted) implements ComputeTarget {}
}
