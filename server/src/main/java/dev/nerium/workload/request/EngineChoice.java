package dev.nerium.workload.request;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The engine and the place that were chosen for a request that names an engine.
 *
 * @param engine that executes it, {@code POLARS} or {@code SPARK}
 * @param vcpus of the sandbox, where the size of the input was known
 * @param plannedBytes of the data files that it would read, where they were planned for the choice
 * @param reasons sentences, in the order of the decision
 */
public record EngineChoice(
        Engine engine, boolean distributed, OptionalInt vcpus, OptionalLong plannedBytes, List<String> reasons) {
    public EngineChoice {
        reasons = List.copyOf(reasons);
    }
}
