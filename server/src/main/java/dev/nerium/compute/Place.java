package dev.nerium.compute;

import dev.nerium.distributed.Machines;
import dev.nerium.sandbox.job.Tier;

/** Where a client wants its workload to run. */
public sealed interface Place {
    /** In the sandbox of this machine. */
    record Local(int vcpus) implements Place {
        /** Of a request that names no tier. */
        public static final Local DEFAULT = new Local(Tier.DEFAULT_VCPUS);
    }

    /** On the configured engine. */
    record Distributed(Machines wanted) implements Place {}
}
