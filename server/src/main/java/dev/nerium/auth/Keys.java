package dev.nerium.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.auth.Key.Rights;
import dev.nerium.config.DurationFormat;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.CommandName;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.store.ChangeStamp;
import dev.nerium.store.StateStore;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.statement.Query;

/**
 * The bearer keys. Thread-safe; several processes may use one home at the same time. With the home's own database, keys are cached
 * until one is changed; with PostgreSQL, each request reads its key.
 */
public final class Keys implements AutoCloseable {
    /** The end of the names of local keys, with a character that names of other keys do not have. */
    static final String LOCAL = "@localhost";

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_SHOWN = 64;

    /** Limits the use of a key that was revoked by a version that does not change the stamp. */
    private static final Duration CACHED = Duration.ofSeconds(5);

    private static final int MOST_CACHED = 1_000;
    private static final Duration LONGEST_GRACE = Duration.ofDays(30);

    private final StateStore store;
    private final Clock clock;
    private final Optional<ChangeStamp> stamp;
    private final Cache<String, CachedKey> cache = Caffeine.newBuilder()
            .maximumSize(MOST_CACHED)
            .expireAfterWrite(CACHED)
            .build();

    private Keys(StateStore store, Optional<ChangeStamp> stamp, Clock clock) {
        this.store = store;
        this.stamp = stamp;
        this.clock = clock;
        stamp.ifPresent(ChangeStamp::create);
    }

    /** The keys in the database that the configuration names. */
    public static Keys of(StateStore store, NeriumConfig config, Clock clock) {
        boolean inHome = config.store().url().isEmpty();
        return new Keys(store, inHome ? Optional.of(stamp(config.home())) : Optional.empty(), clock);
    }

    private static ChangeStamp stamp(Path home) {
        return new ChangeStamp(home, "keys.changed");
    }

    /** For a command that runs beside the server, or without one. */
    public static Keys open(NeriumConfig config) {
        return of(StateStore.open(config.store(), config.home()), config, Clock.systemUTC());
    }

    /** For a command that runs beside a server of this version, whose keys are in a file of its home. */
    public static Keys join(Path home) {
        return new Keys(StateStore.join(home), Optional.of(stamp(home)), Clock.systemUTC());
    }

    public NewKey create(String name, Scope scope, Optional<Duration> lifetime) {
        return create(name, new Rights(scope, Groups.NONE), lifetime);
    }

    public NewKey create(String name, Rights rights, Optional<Duration> lifetime) {
        return create(name, rights, lifetime, made -> {});
    }

    /**
     * A key for one command of an account of this machine. Commands of an account have keys of the same name, which no other key
     * can have.
     */
    public NewKey createLocal(String account, Scope scope, Duration lifetime) {
        String name = account.replaceAll("[^A-Za-z0-9._-]", "_");
        return insert(
                name.substring(0, Math.min(name.length(), LONGEST_NAME)) + LOCAL,
                new Rights(scope, Groups.NONE),
                Optional.of(lifetime),
                made -> {});
    }

    /** @param before gets the key before it counts */
    public NewKey create(String name, Rights rights, Optional<Duration> lifetime, Consumer<NewKey> before) {
        requireName(name);
        return insert(name, rights, lifetime, before);
    }

    private NewKey insert(String name, Rights rights, Optional<Duration> lifetime, Consumer<NewKey> before) {
        KeyText text = KeyText.create();
        // As exact as it is stored.
        Instant now = Instant.ofEpochMilli(clock.millis());
        Key key = new Key(text.id(), name, rights, now, lifetime.map(now::plus), Optional.empty(), Optional.empty());
        NewKey created = new NewKey(key, text.text());
        before.accept(created);
        int inserted = store.change(handle -> handle.execute(
                "insert into api_key (id, name, scope, group_names, secret_hash, created_at, expires_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                key.id(),
                name,
                rights.scope().name(),
                rights.groups().stored(),
                text.hash(),
                now.toEpochMilli(),
                key.expiresAt().map(Instant::toEpochMilli).orElse(null)));
        if (inserted == 0) {
            throw conflict("name is '%s', which another key has: revoke or rotate that key, or choose another name."
                    .formatted(name));
        }
        return created;
    }

    /** Fails if a key can't have the name. The message never has the text of a key. */
    public static void requireName(String name) {
        if (KeyText.isKey(name)) {
            throw NeriumException.invalid("name begins with nrm_, as the text of a key does: choose another name.");
        }
        if (!name.matches("(?!\\.+$)[A-Za-z0-9._-]{1,64}") || KeyText.isId(name)) {
            throw NeriumException.invalid(
                    "name is '%s': expected 1 to 64 letters, digits, dots, dashes or underscores, not dots alone, and not the form of an id."
                            .formatted(PlainText.of(name, LONGEST_SHOWN)));
        }
    }

    /** The keys that were not revoked, oldest first. */
    public List<Key> list() {
        return store.with(
                handle -> handle.createQuery("select * from api_key where revoked_at is null order by created_at, id")
                        .map((row, context) -> StoredKey.of(row).key())
                        .list());
    }

    /**
     * A page of the keys, newest first.
     *
     * @param states which of them
     * @param after id of the last key of the page before
     */
    public List<Key> page(KeyStates states, Optional<String> after, int limit) {
        String revoked = states == KeyStates.ALL ? "" : " and revoked_at is null";
        String older = " and (created_at, id) < (select created_at, id from api_key where id = :after)";
        return store.with(handle -> {
            Query query = handle.createQuery("select * from api_key where 1 = 1" + revoked
                    + (after.isPresent() ? older : "") + " order by created_at desc, id desc limit :limit");
            after.ifPresent(id -> query.bind("after", id));
            return query.bind("limit", limit)
                    .map((row, context) -> StoredKey.of(row).key())
                    .list();
        });
    }

    /** Keys of a list. */
    public enum KeyStates {
        /** Keys that were not revoked. */
        PRESENT,
        /** Also keys that were revoked. */
        ALL
    }

    /** The key with an id, which may be revoked, or else the key with a name, which is not. */
    public Key find(String idOrName) {
        return stored(idOrName, StoredKey::key);
    }

    /** A test of which principals may still be used now, as {@link #isUsable} does, by one read of all keys. */
    public Predicate<Principal> usable() {
        Instant now = clock.instant();
        Set<String> ids =
                list().stream().filter(key -> key.usable(now)).map(Key::id).collect(Collectors.toSet());
        return principal -> isAlwaysUsable(principal) || ids.contains(principal.keyId());
    }

    /** Revokes a key. Revoking it again, by its id, changes nothing. */
    public Key revoke(String idOrName) {
        return revoke(idOrName, (_, _) -> {});
    }

    /** Revokes a key, unless nobody could then administer the keys over HTTP. */
    public Key revokeUnlessLastAdmin(String idOrName) {
        return revoke(idOrName, (handle, key) -> {
            // Two requests that revoke each other's key must not both find the other one: PostgreSQL locks the rows
            // that it changes.
            handle.execute("update api_key set scope = scope where scope = 'ADMIN' and revoked_at is null");
            boolean isUsed = key.scope() == Scope.ADMIN && key.usable(clock.instant());
            if (isUsed && otherAdmins(handle, key) == 0) {
                throw conflict(
                        "'%s' is the last usable key with the scope admin: create another one first, or use '%s keys revoke' on the server's machine."
                                .formatted(key.name(), CommandName.forClients()));
            }
        });
    }

    private int otherAdmins(Handle handle, Key key) {
        return handle.createQuery(
                        "select count(*) from api_key where scope = 'ADMIN' and revoked_at is null and id <> ?"
                                + " and (expires_at is null or expires_at > ?)")
                .bind(0, key.id())
                .bind(1, clock.millis())
                .mapTo(Integer.class)
                .one();
    }

    private Key revoke(String idOrName, BiConsumer<Handle, Key> check) {
        Key key = find(idOrName);
        var _ = change(handle -> {
            check.accept(handle, key);
            // Local keys may have one name.
            return handle.execute(
                    "update api_key set revoked_at = ? where (id = ? or name = ?) and revoked_at is null",
                    clock.millis(),
                    key.id(),
                    idOrName.equals(key.name()) ? key.name() : "");
        });
        return find(key.id());
    }

    /** Replaces the groups of a key, from the next request and the next check of its runs on. */
    public Key setGroups(String idOrName, Groups groups) {
        Key key = find(idOrName);
        int changed = change(handle -> handle.execute(
                "update api_key set group_names = ? where id = ? and revoked_at is null", groups.stored(), key.id()));
        if (changed == 0) {
            throw conflict("The key '%s' was revoked: create a new key.".formatted(key.name()));
        }
        return find(key.id());
    }

    /** Changes keys, and ends what is cached of them. Returns the number of changed keys. */
    private int change(HandleCallback<Integer, RuntimeException> change) {
        // Before the change too: what is cached between the two must not outlive the second.
        stamp.ifPresent(ChangeStamp::change);
        int changed = store.inTransaction(change);
        stamp.ifPresent(ChangeStamp::change);
        return changed;
    }

    /**
     * Gives a key a new secret. Its scope and its end stay.
     *
     * @param grace time for which the secret before it is accepted, too
     */
    public NewKey rotate(String idOrName, Duration grace) {
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw NeriumException.invalid("grace is %s: expected at most %s."
                    .formatted(DurationFormat.format(grace), DurationFormat.format(LONGEST_GRACE)));
        }
        StoredKey stored = stored(idOrName, Function.identity());
        Instant now = Instant.ofEpochMilli(clock.millis());
        requireRotatable(stored.key(), grace, now);
        KeyText text = KeyText.of(stored.key().id());
        int changed = change(handle -> handle.execute(
                "update api_key set secret_hash = ?, former_hash = secret_hash, former_until = ?, rotated_at = ?"
                        + " where id = ? and secret_hash = ? and revoked_at is null",
                text.hash(),
                now.plus(grace).toEpochMilli(),
                now.toEpochMilli(),
                text.id(),
                stored.hash()));
        if (changed == 0) {
            throw conflict("The key '%s' was rotated or revoked by another request at the same time."
                    .formatted(stored.key().name()));
        }
        return new NewKey(find(text.id()), text.text());
    }

    private static void requireRotatable(Key key, Duration grace, Instant now) {
        String what = "The key '" + key.name() + "'";
        if (key.revokedAt().isPresent()) {
            throw conflict("%s was revoked at %s: create a new key."
                    .formatted(what, key.revokedAt().get()));
        }
        if (key.expired(now)) {
            throw conflict("%s expired at %s: create a new key."
                    .formatted(what, key.expiresAt().orElseThrow()));
        }
        if (!grace.isZero() && key.formerUntil(now).isPresent()) {
            throw conflict(
                    "grace is %s, but %s has a former secret until %s, and at most one: rotate it without grace, which ends both secrets, or later."
                            .formatted(
                                    DurationFormat.format(grace),
                                    what.replace("The", "the"),
                                    key.formerUntil(now).get()));
        }
    }

    private <T> T stored(String idOrName, Function<StoredKey, T> part) {
        return store.with(handle -> StoredKey.find(handle, "id = ?", idOrName)
                        .or(() -> StoredKey.find(handle, "name = ? and revoked_at is null", idOrName)))
                .map(part)
                .orElseThrow(() -> unknown(idOrName));
    }

    private NeriumException unknown(String idOrName) {
        if (KeyText.isKey(idOrName)) {
            return new NeriumException(
                    ErrorCode.KEY_NOT_FOUND,
                    "No key has this id or name: expected an id or a name, not the text of a key.");
        }
        String shown = PlainText.of(idOrName, LONGEST_SHOWN);
        List<String> names = list().stream().map(Key::name).toList();
        return new NeriumException(
                ErrorCode.KEY_NOT_FOUND, "There is no key named '" + shown + "'." + NearestName.hint(shown, names));
    }

    private static NeriumException conflict(String message) {
        return new NeriumException(ErrorCode.KEY_CONFLICT, message);
    }

    /** The owner of a token, if it is a key that may still be used. */
    public Optional<Principal> authenticate(String token) {
        return KeyText.parse(token)
                .flatMap(text -> cached(text.id()).filter(stored -> stored.accepts(text, clock.instant())))
                .flatMap(this::principal);
    }

    /** Whether a token has the secret that the last rotation of its key replaced. */
    public boolean isFormer(String token) {
        return KeyText.parse(token)
                .flatMap(text -> cached(text.id()).filter(stored -> !stored.isLast(text.hash())))
                .isPresent();
    }

    /** Whether a key that authenticated before may still be used: it was not revoked and did not expire since. */
    public boolean isUsable(Principal principal) {
        return isAlwaysUsable(principal) || principal(principal.keyId()).isPresent();
    }

    /** The end of a token ends neither the runs nor the streams that began with it: only its provider knows more. */
    private static boolean isAlwaysUsable(Principal principal) {
        return principal.equals(Principal.SERVER) || Principal.isTokenOwner(principal.keyId());
    }

    /** The current rights of a key, by its id; empty if it is revoked or expired, or if its last secret has another hash. */
    public Optional<Principal> principal(String id, String secretHash) {
        return cached(id).filter(stored -> stored.isLast(secretHash)).flatMap(this::principal);
    }

    /** The hash of the secret of a key that authenticated before. */
    public static String secretHash(String key) {
        return KeyText.parse(key).map(KeyText::hash).orElseThrow();
    }

    /** The current scope of a key, by its id; empty if it is revoked or expired. */
    public Optional<Principal> principal(String id) {
        return cached(id).flatMap(this::principal);
    }

    private Optional<Principal> principal(StoredKey stored) {
        Key key = stored.key();
        return key.usable(clock.instant())
                ? Optional.of(new Principal(
                        key.id(),
                        key.name(),
                        key.scope(),
                        Set.copyOf(key.rights().groups().names())))
                : Optional.empty();
    }

    /** A key that is cached, if no key was revoked since, else as it is in the database. */
    private Optional<StoredKey> cached(String id) {
        Optional<FileTime> now = stamp.flatMap(ChangeStamp::read);
        CachedKey cached = cache.getIfPresent(id);
        if (cached != null && now.filter(cached.readAt()::equals).isPresent()) {
            return Optional.of(cached.key());
        }
        Optional<StoredKey> found = store.with(handle -> StoredKey.find(handle, "id = ?", id));
        now.ifPresent(readAt -> found.ifPresent(key -> cache.put(id, new CachedKey(readAt, key))));
        return found;
    }

    @Override
    public void close() {
        store.close();
    }

    /** @param readAt the stamp before the key was read */
    private record CachedKey(FileTime readAt, StoredKey key) {}
}
