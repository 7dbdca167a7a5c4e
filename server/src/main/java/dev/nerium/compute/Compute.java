package dev.nerium.compute;

import dev.nerium.compute.Place.Distributed;
import dev.nerium.compute.Place.Local;
import dev.nerium.error.NeriumException;
import dev.nerium.sandbox.Sandbox;

/** Picks where a workload runs. Thread-safe. */
public final class Compute {
    private final Sandbox sandbox;

    public Compute(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Fails where this server has not what the client wants; never picks another place by itself. */
    public Placement choose(Place place) {
        return switch (place) {
            case Local(int vcpus) -> new Placement(sandbox.provider().text(), sandbox.tier(vcpus));
            case Distributed() ->
                throw NeriumException.invalid(
                        "distributed is true, but this server has no distributed engine:"
                                + " the configuration key distributed.backend is none. Send distributed: false to run it here.");
        };
    }
}
