package dev.nerium.auth;

/** The rights of a key; each scope includes the ones before it. */
public enum Scope {
    /** Run workloads and look at its own; of the runs of other keys only the outline. */
    READ,
    /** Also write: destinations, uploads. */
    WRITE,
    /** Also keys and configuration, and all of what other keys ran. */
    ADMIN;

    public boolean includes(Scope needed) {
        return compareTo(needed) >= 0;
    }
}
