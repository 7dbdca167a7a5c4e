package dev.nerium.observe.lineage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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

    String sql() {
        List<String> conditions = new ArrayList<>(List.of("event_time >= ?", "event_time < ?"));
        run.ifPresent(_ -> conditions.add("run_id = ?"));
        state.ifPresent(_ -> conditions.add("run_state = ?"));
        jobNamespace.ifPresent(_ -> conditions.add("job_namespace = ?"));
        jobName.ifPresent(_ -> conditions.add("job_name = ?"));
        integration.ifPresent(_ -> conditions.add("integration = ?"));
        keyId.ifPresent(_ -> conditions.add("key_id = ?"));
        return "select * from lineage_event where %s order by %s %s, id %s limit %d offset %d"
                .formatted(String.join(" and ", conditions), sortBy.column, order, order, limit, offset);
    }

    /** By the position of the parameter. */
    Map<Integer, Object> values() {
        List<Object> values = new ArrayList<>(List.of(start.toEpochMilli(), end.toEpochMilli()));
        run.ifPresent(id -> values.add(id.toString()));
        state.ifPresent(values::add);
        jobNamespace.ifPresent(values::add);
        jobName.ifPresent(values::add);
        integration.ifPresent(values::add);
        keyId.ifPresent(values::add);
        return IntStream.range(0, values.size()).boxed().collect(Collectors.toMap(index -> index, values::get));
    }
}
