package dev.nerium.compute;

/** Where a client wants its workload to run. */
public sealed interface Place {
    /** In the sandbox of this machine. */
    record Local(int vcpus) implements Place {}

    /** On the configured engine. */
    record Distributed() implements Place {}
}
