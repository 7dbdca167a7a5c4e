package dev.nerium.compute;

import dev.nerium.sandbox.Tier;

/**
 * Where a run goes: a tier of the sandbox.
 *
 * @param provider what really runs it
 */
public record Placement(String provider, Tier tier) {
    /** The API's constant for local execution, whichever provider ran it. */
    public String mode() {
        return "daytona";
    }
}
