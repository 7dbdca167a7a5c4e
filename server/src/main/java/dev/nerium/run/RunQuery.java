package dev.nerium.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A filter as SQL. Runs are in the order in which they were accepted, whatever ids their clients chose. A page begins
 * after the run at the end of the one before, so that a list is stable while new runs come.
 *
 * @param values by the position of the parameter
 */
record RunQuery(String sql, Map<Integer, Object> values) {
    private static final String SELECT = "select * from run where ";
    private static final String ORDER = " order by accepted_at desc, id desc limit ";

    static RunQuery of(RunFilter filter) {
        List<String> conditions = new ArrayList<>(List.of("1 = 1"));
        List<Object> values = new ArrayList<>();
        // Only digits and dashes: a pattern without other wildcards.
        filter.idPrefix().ifPresent(prefix -> add(conditions, values, "id like ?", prefix + "%"));
        filter.state().ifPresent(state -> {
            indexed(state).ifPresent(conditions::add);
            add(conditions, values, "state = ?", state.name());
        });
        filter.mode().ifPresent(mode -> add(conditions, values, "mode = ?", mode));
        filter.key().ifPresent(key -> add(conditions, values, "principal = ?", key));
        filter.keyId().ifPresent(id -> add(conditions, values, "key_id = ?", id));
        filter.destination().ifPresent(table -> add(conditions, values, "destination = ?", table));
        filter.since().ifPresent(time -> add(conditions, values, "accepted_at >= ?", micros(time)));
        filter.until().ifPresent(time -> add(conditions, values, "accepted_at < ?", micros(time)));
        filter.after().ifPresent(id -> {
            conditions.add("(accepted_at, id) < ((select accepted_at from run where id = ?), ?)");
            values.add(id.toString());
            values.add(id.toString());
        });
        String sql = SELECT + String.join(" and ", conditions) + ORDER + filter.limit();
        return new RunQuery(
                sql, IntStream.range(0, values.size()).boxed().collect(Collectors.toMap(index -> index, values::get)));
    }

    /** The condition of the index that has this state. Most runs are complete, and in no such index. */
    private static Optional<String> indexed(RunState state) {
        return switch (state) {
            case QUEUED, RUNNING -> Optional.of("state in ('QUEUED', 'RUNNING')");
            case FAIL, ABORT -> Optional.of("state in ('FAIL', 'ABORT')");
            case COMPLETE -> Optional.empty();
        };
    }

    private static long micros(Instant time) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, time);
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static void add(List<String> conditions, List<Object> values, String condition, Object value) {
        conditions.add(condition);
        values.add(value);
    }
}
