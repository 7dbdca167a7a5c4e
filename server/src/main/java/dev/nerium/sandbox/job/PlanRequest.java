package dev.nerium.sandbox.job;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A worker's question for the files of a scan.
 *
 * @param filter Iceberg expression JSON
 * @param limit rows that suffice where nothing is filtered
 * @param columns columns that the worker reads; none if rows are only counted; empty for all
 */
public record PlanRequest(int handle, Optional<String> filter, OptionalLong limit, Optional<List<String>> columns) {
    public PlanRequest {
        columns = columns.map(List::copyOf);
    }
}
