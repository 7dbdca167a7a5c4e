package dev.nerium.workload;

import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.distributed.ClusterSize;
import dev.nerium.error.NeriumException;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.ComputeTarget.Cluster;
import dev.nerium.workload.request.ComputeTarget.Local;
import dev.nerium.workload.request.Placement;

/** Picks where a workload runs. Thread-safe. */
public final class ComputeSelector {
    private final Sandbox sandbox;
    private final Backend backend;

    public ComputeSelector(Sandbox sandbox, Backend backend) {
        this.sandbox = sandbox;
        this.backend = backend;
    }

    /** Fails where this server has not what the client wants; never picks another place by itself. */
    public Placement choose(ComputeTarget place) {
        return switch (place) {
            case Local(int vcpus) ->
                new Placement(sandbox.provider().text(), sandbox.tier(vcpus), false, ClusterSize.UNSPECIFIED);
            case Cluster(ClusterSize wanted) -> distributed(wanted);
        };
    }

    private Placement distributed(ClusterSize wanted) {
        if (backend == Backend.NONE) {
            throw NeriumException.invalid("distributed is true, but this server has no distributed engine:"
                    + " the configuration key distributed.backend is none. Send distributed: false to run it here.");
        }
        return new Placement(backend.text(), sandbox.tier(Tier.DEFAULT_VCPUS), true, wanted);
    }
}
