package dev.nerium.workload;

import dev.nerium.compute.Place;
import dev.nerium.lake.TableReference;
import dev.nerium.sandbox.Work;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request whose every field was checked; whether its tables exist is seen later.
 *
 * @param tables by alias, in the order of the request
 * @param warnings what the client should know, though nothing failed
 */
public record WorkloadRequest(
        Work work,
        String catalog,
        Map<String, TableReference> tables,
        Place place,
        Optional<Destination> destination,
        TimeWishes time,
        List<String> warnings) {

    public WorkloadRequest {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        warnings = List.copyOf(warnings);
    }

    /** Full name of the destination. */
    Optional<String> target() {
        return destination.map(to -> to.table().toString());
    }
}
