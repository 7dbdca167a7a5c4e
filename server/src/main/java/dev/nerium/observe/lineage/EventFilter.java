package dev.nerium.observe.lineage;

import dev.nerium.observe.events.RunEventTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The filter of a list of events.
 *
 * @param end not included
 * @param keyId whose events alone are listed; empty for those of all keys
 */
public record EventFilter(
        Instant start,
        Instant end,
        Optional<UUID> run,
        Optional<String> state,
        Optional<String> jobNamespace,
        Optional<String> jobName,
        Optional<String> integration,
        Optional<String> keyId,
        SortBy sortBy,
        Order order,
        int limit,
        int offset) {
    public enum SortBy {
        EVENT_TIME("event_time"),
        EVENT_SIZE_IN_BYTES("size_in_bytes");

        private final String column;

        SortBy(String column) {
            this.column = column;
        }
    }

    public enum Order {
        ASC,
        DESC
    }

    /** Selects the ids of a page of events: each is {@code reported_id} or {@code run_event_id}. */
    String sql() {
        String reported = """
                select %s as sort_value, 0 as origin, id as reported_id, cast(null as bytea) as run_event_id
                from lineage_event where %s
                """.formatted(sortBy.column, conditions(true));
        String ofRuns = """
                union all select %s, 1, cast(null as text), id from lineage_run_event where %s
                """.formatted(sortBy.column, conditions(false));
        return reported
                + (hasRuns() ? ofRuns : "")
                + "order by sort_value %1$s, origin %1$s, reported_id %1$s, run_event_id %1$s limit %2$d offset %3$d"
                        .formatted(order, limit, offset);
    }

    /** Whether events of Nerium's own runs may match, all of which are of one integration. */
    private boolean hasRuns() {
        return integration
                .filter(name -> !name.equals(RunEventJson.INTEGRATION))
                .isEmpty();
    }

    private String conditions(boolean withIntegration) {
        List<String> conditions = new ArrayList<>(List.of("event_time >= ?", "event_time < ?"));
        run.ifPresent(_ -> conditions.add("run_id = ?"));
        state.ifPresent(_ -> conditions.add("run_state = ?"));
        jobNamespace.ifPresent(_ -> conditions.add("job_namespace = ?"));
        jobName.ifPresent(_ -> conditions.add("job_name = ?"));
        keyId.ifPresent(_ -> conditions.add("key_id = ?"));
        if (withIntegration) {
            integration.ifPresent(_ -> conditions.add("integration = ?"));
        }
        return String.join(" and ", conditions);
    }

    /** By the position of the parameter. */
    Map<Integer, Object> values() {
        List<Object> values = commonValues(UUID::toString);
        integration.ifPresent(values::add);
        if (hasRuns()) {
            values.addAll(commonValues(RunEventTable::bytes));
        }
        return IntStream.range(0, values.size()).boxed().collect(Collectors.toMap(index -> index, values::get));
    }

    private List<Object> commonValues(Function<UUID, Object> id) {
        List<Object> values = new ArrayList<>(List.of(start.toEpochMilli(), end.toEpochMilli()));
        run.ifPresent(known -> values.add(id.apply(known)));
        state.ifPresent(values::add);
        jobNamespace.ifPresent(values::add);
        jobName.ifPresent(values::add);
        keyId.ifPresent(values::add);
        return values;
    }
}
