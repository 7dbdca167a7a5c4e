package dev.nerium.observe.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.observe.events.RunEvent;
import dev.nerium.observe.events.RunEventTable;
import dev.nerium.observe.events.StoredEvent;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Stores events, and the jobs and datasets in them. Thread-safe. */
public final class LineageStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MILLIS_PER_HOUR = 3_600_000;

    private final StateStore store;
    private final Clock clock;
    private final EventIds ids;
    private final Runs runs;
    private final RunEventTable runEvents;

    LineageStore(StateStore store, Runs runs, RunEventTable runEvents, EventIds ids, Clock clock) {
        this.store = store;
        this.ids = ids;
        this.runs = runs;
        this.runEvents = runEvents;
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
        EventEdges edges = EventEdges.of(List.of(event));
        var _ = store.inTransaction(handle -> {
            insert(handle, List.of(event));
            insert(handle, edges);
            return true;
        });
        return event;
    }

    /** Checks an event, and gives it an id and the time at which it was received. */
    LineageEvent read(ObjectNode body, EventSource source) {
        return EventReader.read(body, ids.next(), clock.instant(), source);
    }

    /** Stores events of Nerium's own runs, all or none of them. */
    void keep(List<LineageEvent> events) {
        EventEdges edges = EventEdges.of(events);
        runEvents.insert(events.stream().map(LineageStore::ofRun).toList(), handle -> insert(handle, edges));
    }

    private static RunEvent ofRun(LineageEvent event) {
        JobId job = event.job().orElseThrow();
        return new RunEvent(
                event.id(),
                event.source().server().orElseThrow(),
                event.source().keyId(),
                event.run().orElseThrow(),
                event.eventTime(),
                event.runState().orElseThrow(),
                job.namespace(),
                job.name(),
                event.text());
    }

    private static LineageEvent ofRun(StoredEvent event) {
        EventSource source = new EventSource(event.keyId(), Optional.of(event.server()));
        return EventReader.read(body(event.text()), event.id(), event.receivedAt(), source);
    }

    private void insert(Handle handle, EventEdges edges) {
        // Within the transaction, so that what comes later to this server's graph also says so.
        long seenAt = clock.millis();
        insertEdges(handle, edges, seenAt);
        insertAliases(handle, edges, seenAt);
    }

    private static void insert(Handle handle, List<LineageEvent> events) {
        PreparedBatch batch = handle.prepareBatch(
                "insert into lineage_event (id, server, key_id, received_at, event_time, run_id, run_state, job_namespace, job_name,"
                        + " parent_run_id, parent_job_namespace, parent_job_name, producer, integration,"
                        + " integration_version, size_in_bytes, body)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        events.forEach(event -> batch.add(
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
                event.text()));
        batch.execute();
    }

    /** Runs of one hour that read and write the same share a row. */
    private static void insertEdges(Handle handle, EventEdges edges, long seenAt) {
        PreparedBatch columns = handle.prepareBatch("insert into lineage_columns (id, columns, seen_at)"
                + " values (?, ?, ?) on conflict (id) do update set seen_at = excluded.seen_at");
        edges.columns().forEach((id, text) -> columns.add(id, text, seenAt));
        columns.execute();
        PreparedBatch batch = handle.prepareBatch(
                "insert into lineage_edge (job_namespace, job_name, role, namespace, name, key_id, reported, columns_id,"
                        + " effect, hour, run_id, first_at, seen_at, last_event)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " on conflict (job_namespace, job_name, role, namespace, name, key_id, reported, columns_id,"
                        + " effect, hour) do update set"
                        + " run_id = excluded.run_id, seen_at = excluded.seen_at, last_event = excluded.last_event");
        edges.edges()
                .forEach((edge, last) -> batch.add(
                        edge.job().namespace(),
                        edge.job().name(),
                        edge.role(),
                        edge.dataset().namespace(),
                        edge.dataset().name(),
                        edge.keyId(),
                        edge.isReported() ? 1 : 0,
                        edge.columnsId(),
                        edge.effect().name(),
                        seenAt / MILLIS_PER_HOUR,
                        last.run().map(UUID::toString).orElse(null),
                        seenAt,
                        seenAt,
                        last.id().toString()));
        batch.execute();
    }

    private static void insertAliases(Handle handle, EventEdges edges, long seenAt) {
        PreparedBatch batch =
                handle.prepareBatch("insert into lineage_alias (alias_namespace, alias_name, namespace, name, seen_at)"
                        + " values (?, ?, ?, ?, ?) on conflict (alias_namespace, alias_name, namespace, name)"
                        + " do update set seen_at = excluded.seen_at");
        edges.aliases()
                .forEach(alias -> batch.add(
                        alias.alias().namespace(),
                        alias.alias().name(),
                        alias.dataset().namespace(),
                        alias.dataset().name(),
                        seenAt));
        batch.execute();
    }

    /** A page of a list. */
    public List<LineageEvent> list(EventFilter filter) {
        List<UUID> page = store.with(handle -> {
            Query query = handle.createQuery(filter.sql());
            filter.values().forEach(query::bind);
            return query.map((row, context) -> id(row)).list();
        });
        Map<UUID, LineageEvent> events = new HashMap<>();
        runEvents.of(page).forEach(event -> events.put(event.id(), ofRun(event)));
        stored(page).forEach(event -> events.put(event.id(), event));
        return page.stream().map(events::get).filter(Objects::nonNull).toList();
    }

    private static UUID id(ResultSet row) throws SQLException {
        @Nullable String reported = row.getString("reported_id");
        return reported == null ? RunEventTable.uuid(row.getBytes("run_event_id")) : UUID.fromString(reported);
    }

    private List<LineageEvent> stored(List<UUID> ids) {
        return ids.isEmpty()
                ? List.of()
                : store.with(handle -> handle.createQuery("select * from lineage_event where id in (<ids>)")
                        .bindList("ids", ids.stream().map(UUID::toString).toList())
                        .map((row, context) -> event(row))
                        .list());
    }

    /** All events of one of Nerium's runs that it made itself, in the order in which they came. */
    public List<LineageEvent> of(UUID run) {
        List<LineageEvent> ofOlderVersions = store.with(handle -> handle.createQuery(
                        "select * from lineage_event where run_id = ? and server is not null order by id")
                .bind(0, run.toString())
                .map((row, context) -> event(row))
                .list());
        return Stream.concat(
                        ofOlderVersions.stream(), runEvents.of(run).stream().map(LineageStore::ofRun))
                .toList();
    }

    /** Deletes events and edges that are older than this. */
    void forget(Duration age) {
        long before = clock.millis() - age.toMillis();
        for (String table : List.of(
                "lineage_event where received_at",
                "lineage_edge where seen_at",
                "lineage_columns where seen_at",
                "lineage_alias where seen_at")) {
            var _ = store.change(handle -> handle.execute("delete from " + table + " < ?", before));
        }
        var _ = store.change(handle -> {
            runEvents.forget(handle, Instant.ofEpochMilli(before));
            return true;
        });
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
