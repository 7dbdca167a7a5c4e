package dev.nerium.auth;

/** What a key may do; each includes the ones before it. */
public enum Scope {
    /** Run workloads and look at them. */
    READ,
    /** Also write: destinations, uploads. */
    WRITE,
    /** Also keys and configuration. */
    ADMIN;

    public boolean includes(Scope needed) {
        return compareTo(needed) >= 0;
    }
}
