package dev.nerium.observe.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.observe.lineage.LineageEvent.EventDataset;
import dev.nerium.observe.lineage.LineageEvent.EventSource;
import dev.nerium.observe.lineage.LineageEvent.Integration;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.run.Runs;
import dev.nerium.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Stores events, and the jobs and datasets in them. Thread-safe. */
public final class LineageStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StateStore store;
    private final Clock clock;
    private final EventIds ids;
    private final Runs runs;

    LineageStore(StateStore store, Runs runs, EventIds ids, Clock clock) {
        this.store = store;
        this.ids = ids;
        this.runs = runs;
        this.clock = clock;
    }

    /**
     * Checks and stores a reported event; fails if it is about a run of Nerium, which reports its runs itself.
     *
     * @param keyId of the key that sent it
     */
    public LineageEvent receive(ObjectNode body, String keyId) {
        LineageEvent event = read(body, new EventSource(keyId, Optional.empty()));
        event.run().filter(run -> runs.find(run).isPresent()).ifPresent(run -> {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "run.runId is '" + run
                            + "', a run of this server, which reports its own runs by itself: send events of"
                            + " other runs. A run that belongs to it names it in the parent facet.");
        });
        return keep(event);
    }

    /** Keeps an event of Nerium's own, which the transports of its server shall have. */
    LineageEvent keep(ObjectNode body, EventSource source) {
        return keep(read(body, source));
    }

    private LineageEvent read(ObjectNode body, EventSource source) {
        return EventReader.read(body, ids.next(), clock.instant(), source);
    }

    private LineageEvent keep(LineageEvent event) {
        var _ = store.inTransaction(handle -> {
            // Within the transaction, so that what comes later to this server's graph also says so.
            long seenAt = clock.millis();
            insert(handle, event);
            event.job().ifPresent(job -> {
                event.inputs().forEach(dataset -> edge(handle, event, job, "INPUT", dataset, seenAt));
                event.outputs().forEach(dataset -> edge(handle, event, job, "OUTPUT", dataset, seenAt));
            });
            event.inputs().forEach(dataset -> aliases(handle, dataset, seenAt));
            event.outputs().forEach(dataset -> aliases(handle, dataset, seenAt));
            return true;
        });
        return event;
    }

    private static void insert(Handle handle, LineageEvent event) {
        handle.execute(
                "insert into lineage_event (id, server, key_id, received_at, event_time, run_id, run_state, job_namespace, job_name,"
                        + " parent_run_id, parent_job_namespace, parent_job_name, producer, integration,"
                        + " integration_version, size_in_bytes, body)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                event.id().toString(),
                event.source().server().orElse(null),
                event.source().keyId(),
                event.receivedAt().toEpochMilli(),
                event.eventTime().toEpochMilli(),
                event.run().map(UUID::toString).orElse(null),
                event.runState().orElse(null),
                event.job().map(JobId::namespace).orElse(null),
                event.job().map(JobId::name).orElse(null),
                event.parent().map(parent -> parent.run().toString()).orElse(null),
                event.parent().map(parent -> parent.job().namespace()).orElse(null),
                event.parent().map(parent -> parent.job().name()).orElse(null),
                event.producer(),
                event.integration().map(Integration::name).orElse(null),
                event.integration().map(Integration::version).orElse(null),
                event.text().getBytes(StandardCharsets.UTF_8).length,
                event.text());
    }

    private static void edge(
            Handle handle, LineageEvent event, JobId job, String role, EventDataset dataset, long seenAt) {
        handle.execute(
                "insert into lineage_edge (job_namespace, job_name, role, namespace, name, key_id, reported, run_id, seen_at,"
                        + " columns) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " on conflict (job_namespace, job_name, role, namespace, name, key_id, reported) do update set"
                        + " run_id = excluded.run_id, seen_at = excluded.seen_at,"
                        + " columns = coalesce(excluded.columns, lineage_edge.columns)",
                job.namespace(),
                job.name(),
                role,
                dataset.name().namespace(),
                dataset.name().name(),
                event.source().keyId(),
                event.source().isReported() ? 1 : 0,
                event.run().map(UUID::toString).orElse(null),
                seenAt,
                dataset.columns().map(Object::toString).orElse(null));
    }

    private static void aliases(Handle handle, EventDataset dataset, long seenAt) {
        for (DatasetName alias : dataset.aliases()) {
            handle.execute(
                    "insert into lineage_alias (alias_namespace, alias_name, namespace, name, seen_at)"
                            + " values (?, ?, ?, ?, ?) on conflict (alias_namespace, alias_name, namespace, name)"
                            + " do update set seen_at = excluded.seen_at",
                    alias.namespace(),
                    alias.name(),
                    dataset.name().namespace(),
                    dataset.name().name(),
                    seenAt);
        }
    }

    /** A page of a list. */
    public List<LineageEvent> list(EventFilter filter) {
        return store.with(handle -> {
            Query query = handle.createQuery(filter.sql());
            Map<Integer, Object> values = filter.values();
            values.forEach(query::bind);
            return query.map((row, context) -> event(row)).list();
        });
    }

    /** All events of one of Nerium's runs that it made itself, in the order in which they came. */
    public List<LineageEvent> of(UUID run) {
        return store.with(handle -> handle.createQuery(
                        "select * from lineage_event where run_id = ? and server is not null order by id")
                .bind(0, run.toString())
                .map((row, context) -> event(row))
                .list());
    }

    /** Deletes events and edges that are older than this. */
    void forget(Duration age) {
        long before = clock.millis() - age.toMillis();
        for (String table : List.of(
                "lineage_event where received_at", "lineage_edge where seen_at", "lineage_alias where seen_at")) {
            var _ = store.change(handle -> handle.execute("delete from " + table + " < ?", before));
        }
    }

    static LineageEvent event(ResultSet row) throws SQLException {
        ObjectNode body = body(row.getString("body"));
        UUID id = UUID.fromString(row.getString("id"));
        EventSource source = new EventSource(text(row, "key_id").orElse(""), text(row, "server"));
        return EventReader.read(body, id, Instant.ofEpochMilli(row.getLong("received_at")), source);
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static ObjectNode body(@Nullable String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An event can't be read", e);
        }
    }
}
