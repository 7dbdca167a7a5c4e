package dev.nerium.distributed;

import java.util.Optional;

/** Rented machines: of which type, and how many; empty where the engine chooses. */
public record ClusterSize(Optional<String> type, Optional<Integer> count) {
    /** For an engine with a fixed number of machines. */
    public static final ClusterSize UNSPECIFIED = new ClusterSize(Optional.empty(), Optional.empty());
}
