package dev.nerium.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.store.StateStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The durable records of all runs. A run's end is written once: later ends are ignored. Thread-safe. */
public final class Runs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final int ATTEMPTS = 30;
    private static final TypeReference<Map<String, String>> PARAMS = new TypeReference<>() {};
    private static final String OPEN = "state in ('QUEUED', 'RUNNING')";

    /** Accepted, and able to begin after a restart. */
    private static final String WAITING = "state = 'QUEUED' and resumption is not null";

    private static final String INSERT = """
                        insert into run
                          (id, mode, state, principal, key_id, code, params, provider, vcpus, queued_at,
                           accepted_at, scheduled_at, started_at, ended_at, row_count, destination, error_code, error,
                           details, packed_facts, log, packed_request, resumption, server, key_groups,
                           cpu_micros, rows_read, bytes_read, bytes_returned, rows_written, bytes_written,
                           stored_bytes)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (id) do nothing
                        """;

    private final StateStore store;
    private final String server;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();

    /** When the last run was accepted, in microseconds; each run is accepted later than the one before. */
    private final AtomicLong lastAccepted = new AtomicLong();

    private final DeferredRuns deferred = new DeferredRuns(this::insert);

    /** @param server id of the one that runs them, which stays the same when it starts again */
    public Runs(StateStore store, String server, Clock clock) {
        this.store = store;
        this.server = server;
        this.clock = clock;
    }

    /** Id of the one that runs them. */
    public String server() {
        return server;
    }

    /** Accepts a run, whose record exists when this returns, unless it may be written at the run's end. */
    public Run queue(NewRun run) {
        Instant instant = clock.instant();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, instant);
        long accepted = lastAccepted.updateAndGet(last -> Math.max(last + 1, micros));
        Run queued = Run.queued(run, instant.truncatedTo(ChronoUnit.MILLIS), server);
        Optional<String> resumption = run.request().flatMap(NewRun.Request::resumption);
        RunRecord first = new RunRecord(queued, accepted, resumption, Optional.empty());
        store.requirePresent();
        if (!(run.recordedAtEnd() && deferred.add(first)) && insert(first) == 0) {
            throw used(run.id());
        }
        return queued;
    }

    private int insert(RunRecord first) {
        Run run = first.run();
        return store.changeOften(
                INSERT,
                run.id().toString(),
                run.what().mode(),
                run.state().name(),
                run.owner().name(),
                run.owner().keyId(),
                run.what().code(),
                text(run.what().params()),
                run.where().provider(),
                run.where().vcpus(),
                run.times().queued().toEpochMilli(),
                first.acceptedMicros(),
                millis(run.times().scheduled()),
                millis(run.times().started()),
                millis(run.times().ended()),
                run.rowCount().isPresent() ? run.rowCount().getAsLong() : null,
                run.destination().orElse(null),
                run.failure().flatMap(Run.Failure::code).orElse(null),
                run.failure().map(Run.Failure::error).orElse(null),
                run.failure().flatMap(Run.Failure::details).orElse(null),
                run.state().ended() ? PackedFacts.pack(run.facts()) : null,
                first.log().orElse(null),
                run.request()
                        .map(request -> PackedRequest.pack(request, run.what().code()))
                        .orElse(null),
                first.resumption().orElse(null),
                run.server(),
                KeyGroups.text(run.owner().groups()),
                run.facts().cpuMicros(),
                run.facts().rowsIn(),
                run.facts().bytesIn(),
                run.facts().resultBytes(),
                run.facts().rowsOut(),
                run.facts().bytesOut(),
                run.facts().storedBytes());
    }

    private static @Nullable Long millis(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(null);
    }

    /** The refusal of an id that another run has. */
    public static NeriumException used(UUID id) {
        return NeriumException.invalid("The run id " + id + " was used before: use a new one.");
    }

    /**
     * @param scheduledAt when its wait for a place ended
     * @return when it started
     */
    public Instant start(UUID id, Instant scheduledAt) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (deferred.change(id, record -> record.started(scheduledAt, now))) {
            return now;
        }
        store.change(handle -> handle.execute(
                "update run set state = 'RUNNING', scheduled_at = ?, started_at = ?"
                        + " where id = ? and state = 'QUEUED'",
                scheduledAt.toEpochMilli(),
                now.toEpochMilli(),
                id.toString()));
        return now;
    }

    /** Records the table that a run writes to, before it writes: a restarted server looks there for its rows. */
    public void destine(UUID id, String table) {
        if (deferred.change(id, record -> record.destined(table))) {
            deferred.write(id);
            return;
        }
        store.change(handle ->
                handle.execute("update run set destination = ? where id = ? and " + OPEN, table, id.toString()));
    }

    /**
     * Records the end of a run. The end is final even if it can't be recorded now: if the database refuses
     * it, the write is retried in the background. Only if the record would be the first of a run that completed, this fails.
     *
     * @return when it ended
     */
    public Instant end(UUID id, RunEnd end) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (deferred.end(id, record -> record.ended(end, now))) {
            return now;
        }
        try {
            write(id, end, now.toEpochMilli());
        } catch (RuntimeException e) {
            LOG.error("The end of the run {} can't be recorded yet", id, e);
            Thread.startVirtualThread(() -> writeLater(id, end, now.toEpochMilli()));
        }
        return now;
    }

    private void write(UUID id, RunEnd end, long endedAt) {
        Optional<NeriumException> failure = end.failure();
        String start = end.facts().isFromCache() ? " scheduled_at = queued_at, started_at = queued_at," : "";
        store.change(handle -> handle.execute(
                "update run set state = ?, ended_at = ?," + start
                        + " row_count = ?, error_code = ?, error = ?, details = ?, packed_facts = ?, log = ?,"
                        + " cpu_micros = ?, rows_read = ?, bytes_read = ?, bytes_returned = ?, rows_written = ?,"
                        + " bytes_written = ?, stored_bytes = ? where id = ? and " + OPEN,
                end.state().name(),
                endedAt,
                end.rowCount().isPresent() ? end.rowCount().getAsLong() : null,
                failure.map(e -> e.code().name()).orElse(null),
                failure.map(NeriumException::message).orElse(null),
                failure.flatMap(NeriumException::details).orElse(null),
                PackedFacts.pack(end.facts()),
                end.log(),
                end.facts().cpuMicros(),
                end.facts().rowsIn(),
                end.facts().bytesIn(),
                end.facts().resultBytes(),
                end.facts().rowsOut(),
                end.facts().bytesOut(),
                end.facts().storedBytes(),
                id.toString()));
    }

    /** Records the end of a run whose record has an unknown outcome. */
    public void settle(UUID id, RunEnd end) {
        Optional<NeriumException> failure = end.failure();
        store.change(handle -> handle.execute(
                "update run set state = ?, row_count = ?, error_code = ?, error = ?, details = null, packed_facts = ?,"
                        + " rows_written = ?, bytes_written = ? where id = ? and error_code = ?",
                end.state().name(),
                end.rowCount().isPresent() ? end.rowCount().getAsLong() : null,
                failure.map(e -> e.code().name()).orElse(null),
                failure.map(NeriumException::message).orElse(null),
                PackedFacts.pack(end.facts()),
                end.facts().rowsOut(),
                end.facts().bytesOut(),
                id.toString(),
                ErrorCode.COMMIT_STATE_UNKNOWN.name()));
    }

    private void writeLater(UUID id, RunEnd end, long endedAt) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            LockSupport.parkNanos(Duration.ofSeconds(attempt).toNanos());
            try {
                write(id, end, endedAt);
                return;
            } catch (RuntimeException e) {
                LOG.error("The end of the run {} can't be recorded, attempt {} of {}", id, attempt, ATTEMPTS, e);
            }
        }
    }

    /** The unfinished runs of this server that had started, or whose client was waiting. */
    public List<Run> open() {
        return store.with(handle -> handle.createQuery(
                        "select * from run where server = ? and " + OPEN + " and not (" + WAITING + ")")
                .bind(0, server)
                .map((row, context) -> run(row))
                .list());
    }

    /** A run that was accepted and has not begun. */
    public record Waiting(UUID id, NewRun.Owner owner, int vcpus, Instant accepted) {}

    /** The runs that this server accepted and has not begun, in the order in which they came. */
    public List<Waiting> waiting() {
        return store.with(handle -> handle.createQuery(
                        "select id, key_id, principal, key_groups, vcpus, queued_at from run where server = ? and "
                                + WAITING + " order by queued_at, id")
                .bind(0, server)
                .map((row, context) -> new Waiting(
                        UUID.fromString(row.getString("id")),
                        owner(row),
                        row.getInt("vcpus"),
                        Instant.ofEpochMilli(row.getLong("queued_at"))))
                .list());
    }

    /** The data for starting the run after a restart, as passed to {@link #queue}. */
    public Optional<String> resumption(UUID id) {
        return text("resumption", id);
    }

    /**
     * Ends the runs of a server that is gone, and whose records would stay open; returns them. Those that had not begun are left
     * to it for a while.
     *
     * @param until the time before which a run must have been accepted to be ended all the same
     */
    public List<Run> abortOf(String gone, Instant until) {
        List<Run> open = store.with(handle -> handle.createQuery("select * from run where server = ? and " + OPEN
                        + " and not (" + WAITING + " and queued_at >= ?)")
                .bind(0, gone)
                .bind(1, until.toEpochMilli())
                .map((row, context) -> run(row))
                .list());
        open.forEach(run -> write(run.id(), RunEnd.failed(lost(run), RunFacts.NONE, ""), clock.millis()));
        return open.stream().flatMap(run -> find(run.id()).stream()).toList();
    }

    /** Whether a server that is gone has runs that may still begin. */
    boolean hasOpen(String of) {
        return store.with(handle -> handle.createQuery("select 1 from run where server = ? and " + OPEN + " limit 1")
                .bind(0, of)
                .mapTo(Integer.class)
                .findFirst()
                .isPresent());
    }

    /** Whether its rows are in a table, another server can't see: the lake may be the one that is gone with it. */
    private static NeriumException lost(Run run) {
        return run.state() == RunState.RUNNING && run.destination().isPresent()
                ? new NeriumException(
                        ErrorCode.COMMIT_STATE_UNKNOWN,
                        "The server stopped before the run ended. Whether its rows were committed to "
                                + run.destination().get()
                                + " is unknown: check the table before you send the workload again.")
                : new NeriumException(ErrorCode.SHUTTING_DOWN, "The server stopped before the run ended.");
    }

    public Optional<Run> find(UUID id) {
        deferred.write(id);
        return store.with(handle -> handle.createQuery("select * from run where id = ?")
                .bind(0, id.toString())
                .map((row, context) -> run(row))
                .findFirst());
    }

    /** A page of a list. */
    public List<Run> list(RunFilter filter) {
        deferred.writeAll();
        RunQuery query = RunQuery.of(filter);
        return store.with(handle -> {
            Query select = handle.createQuery(query.sql());
            query.values().forEach(select::bind);
            return select.map((row, context) -> run(row)).list();
        });
    }

    /** The output of a run that has ended. */
    public Optional<String> log(UUID id) {
        return text("log", id);
    }

    /** The plan of a run, as {@link #keepPlan} was given it; an empty text if it was never requested. */
    public Optional<String> plan(UUID id) {
        return text("plan", id);
    }

    public void keepPlan(UUID id, String plan) {
        store.change(handle -> handle.execute("update run set plan = ? where id = ?", plan, id.toString()));
    }

    private Optional<String> text(String column, UUID id) {
        deferred.write(id);
        return store.with(handle -> handle.createQuery("select coalesce(" + column + ", '') from run where id = ?")
                .bind(0, id.toString())
                .mapTo(String.class)
                .findFirst());
    }

    /** Writes the records that wait for the end of their runs. */
    @Override
    public void close() {
        deferred.close();
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T read(@Nullable String text, TypeReference<T> type, T missing) {
        try {
            return text == null ? missing : json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The record of a run can't be read", e);
        }
    }

    private Run run(ResultSet row) throws SQLException {
        NewRun.What what = new NewRun.What(
                row.getString("mode"), row.getString("code"), read(row.getString("params"), PARAMS, Map.of()));
        return new Run(
                UUID.fromString(row.getString("id")),
                owner(row),
                what,
                what.codeHash(),
                new NewRun.Where(row.getString("provider"), row.getInt("vcpus")),
                RunState.valueOf(row.getString("state")),
                new Run.RunTimes(
                        Instant.ofEpochMilli(row.getLong("queued_at")),
                        instant(row.getObject("scheduled_at")),
                        instant(row.getObject("started_at")),
                        instant(row.getObject("ended_at"))),
                row.getObject("row_count") instanceof Number count
                        ? OptionalLong.of(count.longValue())
                        : OptionalLong.empty(),
                string(row, "destination"),
                failure(row),
                PackedFacts.read(row),
                PackedRequest.read(row),
                string(row, "server").orElse(""));
    }

    private static NewRun.Owner owner(ResultSet row) throws SQLException {
        return new NewRun.Owner(
                string(row, "key_id").orElse(""),
                row.getString("principal"),
                KeyGroups.read(row.getString("key_groups")));
    }

    private static Optional<Run.Failure> failure(ResultSet row) throws SQLException {
        Optional<String> error = string(row, "error");
        Optional<String> code = string(row, "error_code");
        Optional<String> details = string(row, "details");
        return error.map(sentence -> new Run.Failure(code, sentence, details));
    }

    private static Optional<String> string(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Optional<Instant> instant(@Nullable Object millis) {
        return millis instanceof Number number
                ? Optional.of(Instant.ofEpochMilli(number.longValue()))
                : Optional.empty();
    }
}
