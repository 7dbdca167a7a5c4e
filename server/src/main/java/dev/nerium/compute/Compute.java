package dev.nerium.compute;

import dev.nerium.compute.Place.Distributed;
import dev.nerium.compute.Place.Local;
import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.distributed.Machines;
import dev.nerium.error.NeriumException;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.job.Tier;

/** Picks where a workload runs. Thread-safe. */
public final class Compute {
    private final Sandbox sandbox;
    private final Backend backend;

    public Compute(Sandbox sandbox, Backend backend) {
        this.sandbox = sandbox;
        this.backend = backend;
    }

    /** Fails where this server has not what the client wants; never picks another place by itself. */
    public Placement choose(Place place) {
        return switch (place) {
            case Local(int vcpus) ->
                new Placement(sandbox.provider().text(), sandbox.tier(vcpus), false, Machines.UNSAID);
            case Distributed(Machines wanted) -> distributed(wanted);
        };
    }

    private Placement distributed(Machines wanted) {
        if (backend == Backend.NONE) {
            throw NeriumException.invalid("distributed is true, but this server has no distributed engine:"
                    + " the configuration key distributed.backend is none. Send distributed: false to run it here.");
        }
        return new Placement(backend.text(), sandbox.tier(Tier.DEFAULT_VCPUS), true, wanted);
    }
}
