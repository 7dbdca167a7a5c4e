package dev.nerium.audit;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.store.StateStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail. Each change has a row in the state database before it begins, so that a killed server or a full disk loses none:
 * a change whose row can't be written is not made. Thread-safe.
 */
public final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    /** The process of commands beside the server, which end soon. */
    private static final String COMMAND = "command";

    private static final long LONGEST_COMMAND_MILLIS = 60_000;
    private static final int DENIED_PER_MINUTE = 20;
    private static final int MOST_IN_BATCH = 1_000;
    private static final int LONGEST_NAME = 1_000;
    private static final String OK = "ok";
    private static final String FAILED = "failed";
    private static final String DENIED = "denied";
    private static final String UNKNOWN = "unknown";

    private final StateStore store;
    private final String server;
    private final String process;
    private final Clock clock;
    private final boolean enabled;
    private final RepeatedEvents denials = new RepeatedEvents(DENIED_PER_MINUTE);
    private final RepeatedEvents logins = new RepeatedEvents(1);

    private Audit(StateStore store, String server, String process, Clock clock, boolean enabled) {
        this.store = store;
        this.server = server;
        this.process = process;
        this.clock = clock;
        this.enabled = enabled;
    }

    /** The trail of a server that starts. */
    public static Audit of(StateStore store, String server, Clock clock, boolean enabled) {
        return new Audit(store, server, UUID.randomUUID().toString(), clock, enabled);
    }

    /** The trail for a command beside a server. */
    public static Audit beside(StateStore store, String server, Clock clock, boolean enabled) {
        return new Audit(store, server, COMMAND, clock, enabled);
    }

    /** Makes a change, and records it with its outcome. */
    public <T> T record(AuditChange change, Supplier<T> work) {
        return record(change, work, _ -> "");
    }

    /** @param failure the code of a result that is a failure, else an empty text */
    public <T> T record(AuditChange change, Supplier<T> work, Function<T, String> failure) {
        if (!enabled) {
            return work.get();
        }
        String id = begin(change);
        try {
            T result = work.get();
            String code = failure.apply(result);
            finish(id, code.isEmpty() ? OK : FAILED, code);
            return result;
        } catch (NeriumException e) {
            finish(id, outcome(e), e.code().name());
            throw e;
        } catch (RuntimeException e) {
            finish(id, FAILED, ErrorCode.INTERNAL_ERROR.name());
            throw e;
        }
    }

    private static String outcome(NeriumException e) {
        if (e.code() == ErrorCode.COMMIT_STATE_UNKNOWN) {
            return UNKNOWN;
        }
        return e.code().kind() == ErrorKind.FORBIDDEN ? DENIED : FAILED;
    }

    private String begin(AuditChange change) {
        return store.change(handle -> insert(handle, change, 1, Optional.empty()));
    }

    /** The change is made, or has failed for another reason: this may not hide either. */
    private void finish(String id, String outcome, String code) {
        try {
            var _ = store.change(handle -> handle.execute(
                    "update audit_event set outcome = ?, error_code = ? where id = ? and outcome is null",
                    outcome,
                    code,
                    id));
        } catch (RuntimeException e) {
            LOG.error("The outcome ({}) of the audited change {} can't be recorded", outcome, id, e);
        }
    }

    /** Records something that happened. */
    public void note(AuditChange event) {
        if (enabled) {
            var _ = store.change(handle -> insert(handle, event, 1, Optional.of(OK)));
        }
    }

    /** Records that a key lacks a right. Where a key has too many of these in a minute, the others are counted. */
    public void denied(AuditChange attempt) {
        repeated(attempt, denials, DENIED);
    }

    /** Records a request without a valid key. Each address has one event in a minute, and the others are counted. */
    public void failedLogin(AuditChange attempt) {
        repeated(attempt, logins, FAILED);
    }

    private void repeated(AuditChange attempt, RepeatedEvents events, String outcome) {
        if (!enabled || !events.isWithinLimit(attempt)) {
            return;
        }
        try {
            var _ = store.change(handle -> insert(handle, attempt, 1, Optional.of(outcome)));
        } catch (RuntimeException e) {
            // The request is refused in any case.
            LOG.error("A refused request can't be recorded", e);
        }
    }

    private String insert(Handle handle, AuditChange change, long times, Optional<String> outcome) {
        String id = UUID.randomUUID().toString();
        Actor actor = change.actor();
        handle.execute(
                "insert into audit_event (id, server, process, at, actor_id, actor, actor_groups, address, action, object_kind,"
                        + " object_name, outcome, error_code, run_id, request_id, times)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                server,
                process,
                ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()),
                actor.keyId(),
                actor.name(),
                String.join("\n", actor.groups()),
                actor.address(),
                change.action().text(),
                change.action().kind(),
                PlainText.of(change.object(), LONGEST_NAME),
                outcome.orElse(null),
                outcome.filter(DENIED::equals).isPresent() ? ErrorCode.FORBIDDEN.name() : "",
                change.run().map(UUID::toString).orElse(""),
                PlainText.of(actor.request(), LONGEST_NAME),
                times);
        return id;
    }

    /** Adds the events that were only counted, and decides those whose process ended in between. */
    public void settle() {
        count(denials.takeCounted(), DENIED);
        count(logins.takeCounted(), FAILED);
        var _ = store.change(handle -> handle.execute(
                "update audit_event set outcome = ?, error_code = '' where outcome is null and server = ? and process <> ?"
                        + " and (process <> ? or at < ?)",
                UNKNOWN,
                server,
                process,
                COMMAND,
                (clock.millis() - LONGEST_COMMAND_MILLIS) * 1000));
    }

    private void count(Map<AuditChange, Long> events, String outcome) {
        if (!events.isEmpty()) {
            var _ = store.inTransaction(handle -> {
                events.forEach((event, times) -> insert(handle, event, times, Optional.of(outcome)));
                return true;
            });
        }
    }

    /** The next finished events of this server; those of a batch that may be in the table already come first. */
    public Optional<AuditBatch> next() {
        return store.inTransaction(handle -> {
            Optional<String> open = openBatch(handle);
            String batch = open.orElseGet(() -> UUID.randomUUID().toString());
            if (open.isEmpty()) {
                handle.execute(
                        "update audit_event set batch = ? where id in (select id from audit_event where server = ? and"
                                + " batch is null and outcome is not null order by at limit ?)",
                        batch,
                        server,
                        MOST_IN_BATCH);
            }
            List<Map<String, Object>> rows = handle.createQuery(
                            "select * from audit_event where batch = ? order by at, id")
                    .bind(0, batch)
                    .map((row, context) -> values(row))
                    .list();
            return rows.isEmpty() ? Optional.empty() : Optional.of(new AuditBatch(UUID.fromString(batch), rows));
        });
    }

    private Optional<String> openBatch(Handle handle) {
        return handle.createQuery("select batch from audit_event where server = ? and batch is not null limit 1")
                .bind(0, server)
                .mapTo(String.class)
                .findFirst();
    }

    /** The batch is in the table. */
    public void moved(AuditBatch batch) {
        var _ = store.change(handle -> handle.execute(
                "delete from audit_event where batch = ?", batch.id().toString()));
    }

    private static Map<String, Object> values(ResultSet row) throws SQLException {
        Map<String, Object> values = new HashMap<>();
        values.put("event_id", row.getString("id"));
        values.put("time", Instant.EPOCH.plus(row.getLong("at"), ChronoUnit.MICROS));
        values.put("groups", groups(row.getString("actor_groups")));
        values.put("times", row.getLong("times"));
        for (String column : List.of(
                "server",
                "actor_id",
                "actor",
                "address",
                "action",
                "object_kind",
                "object_name",
                "outcome",
                "error_code",
                "run_id",
                "request_id")) {
            @Nullable String text = row.getString(column);
            if (text != null && !text.isEmpty()) {
                values.put(column, text);
            }
        }
        return values;
    }

    private static List<String> groups(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
    }
}
