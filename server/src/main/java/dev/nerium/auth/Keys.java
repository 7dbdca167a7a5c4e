package dev.nerium.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The bearer keys. A key's text is {@code nrm_<id>_<secret>}; only the SHA-256 of the secret, which has 256 random bits, is
 * stored. Thread-safe; several processes may use one home at the same time. With the home's own database, keys are cached until
 * one is revoked; with PostgreSQL, each request reads its key.
 */
public final class Keys implements AutoCloseable {
    private static final String PREFIX = "nrm";
    /** The end of the names of local keys, with a character that names of other keys do not have. */
    private static final String LOCAL = "@localhost";

    private static final int LONGEST_NAME = 64;
    private static final String UNKNOWN = "0".repeat(64);

    /** Limits the use of a key that was revoked by a version that does not change the stamp. */
    private static final Duration CACHED = Duration.ofSeconds(5);

    private static final int MOST_CACHED = 1_000;

    private final StateStore store;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Optional<KeyStamp> stamp;
    private final Cache<String, CachedKey> cache = Caffeine.newBuilder()
            .maximumSize(MOST_CACHED)
            .expireAfterWrite(CACHED)
            .build();

    private Keys(StateStore store, Optional<KeyStamp> stamp, Clock clock) {
        this.store = store;
        this.stamp = stamp;
        this.clock = clock;
        stamp.ifPresent(KeyStamp::create);
    }

    /** The keys in the database that the configuration names. */
    public static Keys of(StateStore store, NeriumConfig config, Clock clock) {
        boolean inHome = config.store().url().isEmpty();
        return new Keys(store, inHome ? Optional.of(new KeyStamp(config.home())) : Optional.empty(), clock);
    }

    /** For a command that runs beside the server, or without one. */
    public static Keys open(NeriumConfig config) {
        return of(StateStore.open(config.store(), config.home()), config, Clock.systemUTC());
    }

    /** For a command that runs beside a server of this version, whose keys are in a file of its home. */
    public static Keys join(Path home) {
        return new Keys(StateStore.join(home), Optional.of(new KeyStamp(home)), Clock.systemUTC());
    }

    public NewKey create(String name, Scope scope, Optional<Duration> lifetime) {
        return create(name, scope, lifetime, made -> {});
    }

    /**
     * A key for one command of an account of this machine. Commands of an account have keys of the same name, which no other key
     * can have.
     */
    public NewKey createLocal(String account, Scope scope, Duration lifetime) {
        String name = account.replaceAll("[^A-Za-z0-9._-]", "_");
        NewKey key = made(name.substring(0, Math.min(name.length(), LONGEST_NAME)) + LOCAL);
        store.inTransaction(handle -> insert(handle, key, scope, Optional.of(lifetime)));
        return key;
    }

    /** @param before gets the key before it counts */
    public NewKey create(String name, Scope scope, Optional<Duration> lifetime, Consumer<NewKey> before) {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw NeriumException.invalid("The key name '" + name
                    + "' is invalid: use 1 to 64 letters, digits, dots, dashes or underscores.");
        }
        NewKey key = made(name);
        before.accept(key);
        store.inTransaction(handle -> {
            if (find(handle, "name = ? and revoked_at is null", name).isPresent()) {
                throw NeriumException.invalid("A key named '" + name + "' exists: revoke it, or choose another name.");
            }
            return insert(handle, key, scope, lifetime);
        });
        return key;
    }

    private NewKey made(String name) {
        return new NewKey(name, PREFIX + "_" + hex(8) + "_" + hex(32));
    }

    private int insert(Handle handle, NewKey key, Scope scope, Optional<Duration> lifetime) {
        String[] parts = key.text().split("_", -1);
        Instant now = clock.instant();
        return handle.execute(
                "insert into api_key (id, name, scope, secret_hash, created_at, expires_at) values (?, ?, ?, ?, ?, ?)",
                parts[1],
                key.name(),
                scope.name(),
                hash(parts[2]),
                now.toEpochMilli(),
                lifetime.map(now::plus).map(Instant::toEpochMilli).orElse(null));
    }

    /** The keys that were not revoked, oldest first. */
    public List<Key> list() {
        return store.with(
                handle -> handle.createQuery("select * from api_key where revoked_at is null order by created_at, id")
                        .map((row, context) -> key(row))
                        .list());
    }

    /** The ids of the keys that may be used now. */
    public Set<String> usable() {
        Instant now = clock.instant();
        return list().stream().filter(key -> key.usable(now)).map(Key::id).collect(Collectors.toSet());
    }

    /** Revokes one key, also if others have its name. */
    public void revoke(NewKey key) {
        revoke("id", key.text().split("_", -1)[1]);
    }

    private int revoke(String column, String value) {
        // Before the change too: what is cached between the two must not outlive the second.
        stamp.ifPresent(KeyStamp::change);
        int revoked = store.change(handle -> handle.execute(
                "update api_key set revoked_at = ? where " + column + " = ? and revoked_at is null",
                clock.millis(),
                value));
        stamp.ifPresent(KeyStamp::change);
        return revoked;
    }

    public void revoke(String name) {
        if (revoke("name", name) == 0) {
            List<String> names = list().stream().map(Key::name).toList();
            throw new NeriumException(
                    ErrorCode.KEY_NOT_FOUND, "There is no key named '" + name + "'." + NearestName.hint(name, names));
        }
    }

    /** The owner of a token, if it is a key that may still be used. */
    public Optional<Principal> authenticate(String token) {
        String[] parts = token.split("_", -1);
        boolean shaped = parts.length == 3 && parts[0].equals(PREFIX);
        String id = shaped ? parts[1] : "";
        String secret = shaped ? parts[2] : "";
        Optional<StoredKey> stored = stored(id);
        boolean matches = MessageDigest.isEqual(
                bytes(hash(secret)), bytes(stored.map(StoredKey::hash).orElse(UNKNOWN)));
        return stored.filter(key -> matches).flatMap(this::principal);
    }

    /** Whether a key that authenticated before may still be used: it was not revoked and did not expire since. */
    public boolean isUsable(Principal principal) {
        return principal.equals(Principal.SERVER)
                || principal(principal.keyId()).isPresent();
    }

    /** The current scope of a key, by its id; empty if it is revoked or expired. */
    public Optional<Principal> principal(String id) {
        return stored(id).flatMap(this::principal);
    }

    private Optional<Principal> principal(StoredKey stored) {
        Key key = stored.key();
        return key.usable(clock.instant())
                ? Optional.of(new Principal(key.id(), key.name(), key.scope()))
                : Optional.empty();
    }

    /** A key that is cached, if no key was revoked since, else as it is in the database. */
    private Optional<StoredKey> stored(String id) {
        Optional<FileTime> now = stamp.flatMap(KeyStamp::read);
        CachedKey cached = cache.getIfPresent(id);
        if (cached != null && now.filter(cached.readAt()::equals).isPresent()) {
            return Optional.of(cached.key());
        }
        Optional<StoredKey> found = store.with(handle -> find(handle, "id = ?", id));
        now.ifPresent(readAt -> found.ifPresent(key -> cache.put(id, new CachedKey(readAt, key))));
        return found;
    }

    @Override
    public void close() {
        store.close();
    }

    private record StoredKey(Key key, String hash) {}

    /** @param readAt the stamp before the key was read */
    private record CachedKey(FileTime readAt, StoredKey key) {}

    private static Optional<StoredKey> find(Handle handle, String condition, String value) {
        return handle.createQuery("select * from api_key where " + condition)
                .bind(0, value)
                .map((row, context) -> new StoredKey(key(row), row.getString("secret_hash")))
                .findFirst();
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                row.getString("id"),
                row.getString("name"),
                Scope.valueOf(row.getString("scope")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row.getObject("expires_at")),
                instant(row.getObject("revoked_at")));
    }

    private static Optional<Instant> instant(@Nullable Object millis) {
        return millis instanceof Number number
                ? Optional.of(Instant.ofEpochMilli(number.longValue()))
                : Optional.empty();
    }

    private String hex(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(secret)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
