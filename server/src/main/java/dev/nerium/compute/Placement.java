package dev.nerium.compute;

import dev.nerium.sandbox.Tier;

/**
 * Where a run goes: a tier of the sandbox, which of a distributed run only writes what the engine is to do.
 *
 * @param provider what really runs it
 */
public record Placement(String provider, Tier tier, boolean distributed) {
    /** For local execution the API's constant, whichever provider ran it. */
    public String mode() {
        return distributed ? provider : "daytona";
    }
}
