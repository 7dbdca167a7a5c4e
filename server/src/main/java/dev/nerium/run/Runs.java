package dev.nerium.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.error.NeriumException;
import dev.nerium.store.StateStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The durable records of all runs. A run's end is written once: later ends are ignored. Thread-safe. */
public final class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final int ATTEMPTS = 30;
    private static final String OPEN = "state in ('QUEUED', 'RUNNING')";

    private final StateStore store;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();

    /** The database takes one writer at a time; others would sleep inside of it, and hold their carrier threads meanwhile. */
    private final ReentrantLock writing = new ReentrantLock();

    public Runs(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Records a run before anything of it starts. */
    public void queue(NewRun run) {
        int inserted = change(handle -> handle.execute(
                """
                        insert or ignore into run
                          (id, mode, state, principal, code, params, provider, vcpus, queued_at, destination)
                        values (?, ?, 'QUEUED', ?, ?, ?, ?, ?, ?, ?)
                        """,
                run.id().toString(),
                run.what().mode(),
                run.principal(),
                run.what().code(),
                text(run.what().params()),
                run.where().provider(),
                run.where().vcpus(),
                clock.millis(),
                run.destination().orElse(null)));
        if (inserted == 0) {
            throw NeriumException.invalid("The run id " + run.id() + " was used before: take a new one.");
        }
    }

    /** @param scheduledAt when its wait for a place ended */
    public void start(UUID id, Instant scheduledAt) {
        change(handle -> handle.execute(
                "update run set state = 'RUNNING', scheduled_at = ?, started_at = ?"
                        + " where id = ? and state = 'QUEUED'",
                scheduledAt.toEpochMilli(),
                clock.millis(),
                id.toString()));
    }

    /**
     * Records how a run ended. What happened stands, whether or not it can be written down now: where the database does not
     * take it, it is tried again in the background.
     */
    public void end(UUID id, RunEnd end) {
        try {
            write(id, end, clock.millis());
        } catch (RuntimeException e) {
            LOG.error("The end of the run {} can't be recorded yet", id, e);
            long endedAt = clock.millis();
            Thread.startVirtualThread(() -> writeLater(id, end, endedAt));
        }
    }

    private void write(UUID id, RunEnd end, long endedAt) {
        change(handle -> handle.execute(
                "update run set state = ?, ended_at = ?, row_count = ?, error = ?, details = ?, log = ?"
                        + " where id = ? and " + OPEN,
                end.state().name(),
                endedAt,
                end.rowCount().isPresent() ? end.rowCount().getAsLong() : null,
                end.error().orElse(null),
                end.details().orElse(null),
                end.log(),
                id.toString()));
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

    /** Ends the runs that a server left open when it died; returns how many there were. */
    public int abortOpen() {
        return change(handle -> handle.execute(
                "update run set state = 'ABORT', ended_at = ?, error = 'The server stopped before the run ended.'"
                        + " where " + OPEN,
                clock.millis()));
    }

    public Optional<Run> find(UUID id) {
        return store.jdbi()
                .withHandle(handle -> handle.createQuery("select * from run where id = ?")
                        .bind(0, id.toString())
                        .map((row, context) -> run(row))
                        .findFirst());
    }

    /** What the run printed, once it ended. */
    public Optional<String> log(UUID id) {
        return store.jdbi()
                .withHandle(handle -> handle.createQuery("select coalesce(log, '') from run where id = ?")
                        .bind(0, id.toString())
                        .mapTo(String.class)
                        .findFirst());
    }

    private int change(HandleCallback<Integer, RuntimeException> change) {
        writing.lock();
        try {
            return store.jdbi().withHandle(change);
        } finally {
            writing.unlock();
        }
    }

    private String text(Map<String, String> params) {
        try {
            return json.writeValueAsString(params);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Run run(ResultSet row) throws SQLException {
        return new Run(
                UUID.fromString(row.getString("id")),
                row.getString("mode"),
                RunState.valueOf(row.getString("state")),
                row.getString("principal"),
                Instant.ofEpochMilli(row.getLong("queued_at")),
                instant(row.getObject("scheduled_at")),
                instant(row.getObject("started_at")),
                instant(row.getObject("ended_at")),
                row.getObject("row_count") instanceof Number count
                        ? OptionalLong.of(count.longValue())
                        : OptionalLong.empty(),
                Optional.ofNullable(row.getString("destination")),
                Optional.ofNullable(row.getString("error")),
                Optional.ofNullable(row.getString("details")));
    }

    private static Optional<Instant> instant(@Nullable Object millis) {
        return millis instanceof Number number
                ? Optional.of(Instant.ofEpochMilli(number.longValue()))
                : Optional.empty();
    }
}
