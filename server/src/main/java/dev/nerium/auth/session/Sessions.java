package dev.nerium.auth.session;

import dev.nerium.auth.Groups;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig.SessionConfig;
import dev.nerium.store.StateStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The sessions of browsers, in the state database, which several servers may share. Thread-safe. */
public final class Sessions {
    /** Older ones end: a program that logs in for each request must not fill the database. */
    private static final int MOST_OF_OWNER = 100;

    /** The last use of a session is written once in this part of the idle time. */
    private static final int WRITES_PER_IDLE_TIME = 10;

    private final StateStore store;
    private final Keys keys;
    private final SessionConfig config;
    private final Clock clock;

    public Sessions(StateStore store, Keys keys, SessionConfig config, Clock clock) {
        this.store = store;
        this.keys = keys;
        this.config = config;
        this.clock = clock;
    }

    /** @param ofToken of the owner of a token, whom no database knows; the other fields are of keys only */
    private record Stored(Principal ofToken, String secretHash, Instant createdAt, Instant usedAt, Instant end) {
        static Stored of(ResultSet row) throws SQLException {
            return new Stored(
                    new Principal(
                            row.getString("key_id"),
                            row.getString("name"),
                            Scope.valueOf(row.getString("scope")),
                            Set.copyOf(
                                    Groups.parse(row.getString("group_names")).names())),
                    row.getString("secret_hash"),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    Instant.ofEpochMilli(row.getLong("used_at")),
                    Instant.ofEpochMilli(row.getLong("ends_at")));
        }
    }

    /** Begins a session of a key, which ends with the key's secret. */
    public Session ofKey(Principal principal, String key) {
        return insert(principal, Keys.secretHash(key), Optional.empty());
    }

    /** Begins a session of the owner of a token, which ends with the token. */
    public Session ofToken(Principal principal, Instant end) {
        return insert(principal, "", Optional.of(end));
    }

    private Session insert(Principal principal, String secretHash, Optional<Instant> latest) {
        SessionSecret secret = SessionSecret.create();
        Instant now = Instant.ofEpochMilli(clock.millis());
        Instant end = Stream.concat(Stream.of(now.plus(config.lifetime())), latest.stream())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        var _ = store.inTransaction(handle -> {
            handle.execute(
                    "delete from browser_session where ends_at <= ? or used_at <= ?",
                    now.toEpochMilli(),
                    now.minus(config.idleTimeout()).toEpochMilli());
            handle.execute(
                    "delete from browser_session where key_id = ? and hash not in (select hash from browser_session"
                            + " where key_id = ? order by created_at desc, hash limit ?)",
                    principal.keyId(),
                    principal.keyId(),
                    MOST_OF_OWNER - 1);
            return handle.execute(
                    "insert into browser_session (hash, key_id, secret_hash, name, scope, group_names, created_at, used_at, ends_at)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    secret.hash(),
                    principal.keyId(),
                    secretHash,
                    principal.name(),
                    principal.scope().name(),
                    Groups.sorted(principal.groups()).stored(),
                    now.toEpochMilli(),
                    now.toEpochMilli(),
                    end.toEpochMilli());
        });
        return new Session(secret, principal, now, end, idleEnd(now, end));
    }

    /** The session of a cookie; empty if it is unknown, over, or its key was rotated, was revoked or expired. */
    public Optional<Session> find(String cookie) {
        SessionSecret secret = new SessionSecret(cookie);
        Instant now = Instant.ofEpochMilli(clock.millis());
        return store.with(handle -> handle.createQuery("select * from browser_session where hash = ?")
                        .bind(0, secret.hash())
                        .map((row, context) -> Stored.of(row))
                        .findFirst())
                .filter(stored -> now.isBefore(stored.end())
                        && now.isBefore(stored.usedAt().plus(config.idleTimeout())))
                .flatMap(stored -> owner(stored)
                        .map(owner -> new Session(
                                secret, owner, stored.createdAt(), stored.end(), touched(secret, stored, now))));
    }

    private Optional<Principal> owner(Stored stored) {
        return Principal.isTokenOwner(stored.ofToken().keyId())
                ? Optional.of(stored.ofToken())
                : keys.principal(stored.ofToken().keyId(), stored.secretHash());
    }

    /** Writes that a session is used now, unless it was written recently. Returns its idle end. */
    private Instant touched(SessionSecret secret, Stored stored, Instant now) {
        Duration since = Duration.between(stored.usedAt(), now);
        if (since.compareTo(config.idleTimeout().dividedBy(WRITES_PER_IDLE_TIME)) < 0) {
            return idleEnd(stored.usedAt(), stored.end());
        }
        var _ = store.change(handle -> handle.execute(
                "update browser_session set used_at = ? where hash = ? and used_at < ?",
                now.toEpochMilli(),
                secret.hash(),
                now.toEpochMilli()));
        return idleEnd(now, stored.end());
    }

    private Instant idleEnd(Instant used, Instant end) {
        Instant idle = used.plus(config.idleTimeout());
        return idle.isBefore(end) ? idle : end;
    }

    public void end(Session session) {
        var _ = store.change(handle -> handle.execute(
                "delete from browser_session where hash = ?", session.secret().hash()));
    }
}
