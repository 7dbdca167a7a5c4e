package dev.nerium.run.usage;

import dev.nerium.run.KeyGroups;
import dev.nerium.store.StateStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Sums over the records of runs, of all servers on the database. A run belongs to the day (UTC) on which it was accepted. Thread-safe. */
public final class RunUsage {
    private static final String ENDED = "state in ('COMPLETE', 'FAIL', 'ABORT')";

    /** A clock that was set back makes no time negative. */
    private static final String MILLIS =
            "coalesce(sum(case when ended_at > started_at then ended_at - started_at else 0 end), 0)";

    /** By the index of {@code accepted_at}, which is later than {@code queued_at} only after a clock was set back. */
    private static final String ACCEPTED =
            "queued_at >= :since and queued_at < :until and accepted_at >= :since * 1000 and accepted_at < :latest * 1000";

    private static final Duration LARGEST_SHIFT = Duration.ofDays(1);
    private static final Duration LIVENESS_TIMEOUT = Duration.ofMinutes(1);

    private final StateStore store;

    public RunUsage(StateStore store) {
        this.store = store;
    }

    /** A key and its groups. */
    public record Owner(String keyId, Set<String> groups) {
        private static Owner of(ResultSet row) throws SQLException {
            return new Owner(
                    Optional.ofNullable(row.getString("key_id")).orElse(""),
                    KeyGroups.read(row.getString("key_groups")));
        }
    }

    /** The sums of the ended runs of one day. */
    public record Consumed(Owner owner, long runMillis, long bytesRead) {}

    /** A run under way on another server. */
    public record OpenRun(Owner owner, int vcpus, boolean waits) {}

    /** Stored results that have not expired. */
    public record StoredResults(Owner owner, long bytes, Instant oldest) {}

    /**
     * The usage of the days from one to before another, the newest first.
     *
     * @param keyId of the only key; empty for all
     */
    public List<DayUsage> days(LocalDate since, LocalDate until, Optional<String> keyId) {
        String sql = "select key_id, principal, key_groups, queued_at / 86400000 as day, count(*) as runs,"
                + " sum(case when state = 'FAIL' then 1 else 0 end) as failed,"
                + " sum(case when state = 'ABORT' then 1 else 0 end) as cancelled, " + MILLIS + " as run_millis,"
                + " sum(cpu_micros) as cpu, sum(rows_read) as rows_read, sum(bytes_read) as bytes_read,"
                + " sum(row_count) as rows_returned, sum(bytes_returned) as bytes_returned,"
                + " sum(rows_written) as rows_written, sum(bytes_written) as bytes_written,"
                + " sum(stored_bytes) as stored from run where " + ACCEPTED + " and " + ENDED + ofKey(keyId)
                + " group by key_id, principal, key_groups, queued_at / 86400000";
        Map<List<Object>, DayUsage> sums = new LinkedHashMap<>();
        for (DayUsage part : store.with(handle -> bind(handle.createQuery(sql), start(since), start(until), keyId)
                .map((row, context) -> day(row))
                .list())) {
            sums.merge(List.of(part.keyId(), part.day()), part, DayUsage::plus);
        }
        return sums.values().stream()
                .sorted(Comparator.comparing(DayUsage::day)
                        .reversed()
                        .thenComparing(DayUsage::key)
                        .thenComparing(DayUsage::keyId))
                .toList();
    }

    private static DayUsage day(ResultSet row) throws SQLException {
        Owner owner = Owner.of(row);
        return new DayUsage(
                owner.keyId(),
                row.getString("principal"),
                owner.groups(),
                LocalDate.ofEpochDay(row.getLong("day")),
                row.getLong("runs"),
                row.getLong("failed"),
                row.getLong("cancelled"),
                row.getLong("run_millis"),
                row.getLong("cpu"),
                new DayUsage.Rows(row.getLong("rows_read"), row.getLong("bytes_read")),
                new DayUsage.Rows(row.getLong("rows_returned"), row.getLong("bytes_returned")),
                new DayUsage.Rows(row.getLong("rows_written"), row.getLong("bytes_written")),
                row.getLong("stored"));
    }

    /**
     * The use of the ended runs of a day, by key and groups.
     *
     * @param keyId of the only key; empty for all
     * @param except runs that are not counted
     */
    public List<Consumed> consumed(LocalDate day, Optional<String> keyId, Collection<UUID> except) {
        String others = except.isEmpty() ? "" : " and id not in (<except>)";
        String sql = "select key_id, key_groups, " + MILLIS + " as run_millis, coalesce(sum(bytes_read), 0) as bytes"
                + " from run where " + ACCEPTED + " and " + ENDED + ofKey(keyId) + others
                + " group by key_id, key_groups";
        return store.with(handle -> {
            Query query = bind(handle.createQuery(sql), start(day), start(day.plusDays(1)), keyId);
            if (!except.isEmpty()) {
                query.bindList("except", except.stream().map(UUID::toString).toList());
            }
            return query.map((row, context) ->
                            new Consumed(Owner.of(row), row.getLong("run_millis"), row.getLong("bytes")))
                    .list();
        });
    }

    /** The runs under way on the other servers that have sent a heartbeat lately. */
    public List<OpenRun> openElsewhere(String server, Instant now) {
        return store.with(handle -> handle.createQuery(
                        "select key_id, key_groups, vcpus, state from run where state in ('QUEUED', 'RUNNING')"
                                + " and server <> :server and server in (select id from server where seen_at >= :seen)")
                .bind("server", server)
                .bind("seen", now.minus(LIVENESS_TIMEOUT).toEpochMilli())
                .map((row, context) -> new OpenRun(
                        Owner.of(row),
                        row.getInt("vcpus"),
                        row.getString("state").equals("QUEUED")))
                .list());
    }

    /**
     * The sizes of stored results of runs that ended after a time, by key and groups.
     *
     * @param keyId of the only key; empty for all
     */
    public List<StoredResults> stored(Instant after, Optional<String> keyId) {
        String sql = "select key_id, key_groups, sum(stored_bytes) as bytes, min(ended_at) as oldest from run"
                + " where stored_bytes is not null and ended_at > :after and state = 'COMPLETE'" + ofKey(keyId)
                + " group by key_id, key_groups";
        return store.with(handle -> {
            Query query = handle.createQuery(sql).bind("after", after.toEpochMilli());
            keyId.ifPresent(id -> query.bind("key", id));
            return query.map((row, context) -> new StoredResults(
                            Owner.of(row), row.getLong("bytes"), Instant.ofEpochMilli(row.getLong("oldest"))))
                    .list();
        });
    }

    /** Does something while no other server on the database does the same for one of these names. */
    public void exclusively(List<String> names, Runnable action) {
        store.inTransaction(handle -> {
            for (String name : names) {
                handle.createQuery("select cast(pg_advisory_xact_lock(hashtextextended(:name, 0)) as text)")
                        .bind("name", name)
                        .mapTo(String.class)
                        .one();
            }
            action.run();
            return names;
        });
    }

    private static String ofKey(Optional<String> keyId) {
        return keyId.isPresent() ? " and key_id = :key" : "";
    }

    private static Query bind(Query query, Instant since, Instant until, Optional<String> keyId) {
        keyId.ifPresent(id -> query.bind("key", id));
        return query.bind("since", since.toEpochMilli())
                .bind("until", until.toEpochMilli())
                .bind("latest", until.plus(LARGEST_SHIFT).toEpochMilli());
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
