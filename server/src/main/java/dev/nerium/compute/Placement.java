package dev.nerium.compute;

import dev.nerium.sandbox.Tier;

/** Where a run goes: a tier of the local sandbox. */
public record Placement(Tier tier) {
    /** The API's constant for local execution, whichever provider ran it. */
    public String mode() {
        return "daytona";
    }

    /** What really ran it. */
    public String provider() {
        return "bubblewrap";
    }
}
