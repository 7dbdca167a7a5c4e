package dev.nerium.distributed;

import java.util.Optional;

/** Rented machines: of which type, and how many; empty where the engine chooses. */
public record ClusterSize(Optional<String> type, Optional<Integer> count) {
    /** Of an engine that has the machines that it has. */
    public static final ClusterSize UNSPECIFIED = new ClusterSize(Optional.empty(), Optional.empty());
}
