package dev.nerium.workload.request;

import dev.nerium.distributed.ClusterSize;
import dev.nerium.sandbox.job.Tier;

/**
 * Where a run goes: a tier of the sandbox, which of a distributed run only writes what the engine is to do.
 *
 * @param provider what really runs it
 * @param machines on which an engine runs it that rents them
 */
public record Placement(String provider, Tier tier, boolean distributed, ClusterSize machines) {
    /** The same, once it is known on which machines. */
    public Placement on(ClusterSize real) {
        return new Placement(provider, tier, distributed, real);
    }

    /** For local execution the API's constant, whichever provider ran it. */
    public String mode() {
        return distributed ? provider : "daytona";
    }
}
