package dev.nerium.auth;

import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.store.StateStore;
import java.nio.charset.StandardCharsets;
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
 * stored. Thread-safe; several processes may use one home at the same time.
 */
public final class Keys implements AutoCloseable {
    private static final String PREFIX = "nrm";
    private static final String UNKNOWN = "0".repeat(64);

    private final StateStore store;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Keys(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** For a command that runs beside the server, or without one. */
    public static Keys open(NeriumConfig config) {
        return new Keys(StateStore.open(config.store(), config.home()), Clock.systemUTC());
    }

    public NewKey create(String name, Scope scope, Optional<Duration> lifetime) {
        return create(name, scope, lifetime, made -> {});
    }

    /** @param before gets the key before it counts */
    public NewKey create(String name, Scope scope, Optional<Duration> lifetime, Consumer<NewKey> before) {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw NeriumException.invalid("The key name '" + name
                    + "' is invalid: use 1 to 64 letters, digits, dots, dashes or underscores.");
        }
        String id = hex(8);
        String secret = hex(32);
        Instant now = clock.instant();
        NewKey key = new NewKey(name, PREFIX + "_" + id + "_" + secret);
        before.accept(key);
        store.inTransaction(handle -> {
            if (find(handle, "name = ? and revoked_at is null", name).isPresent()) {
                throw NeriumException.invalid("A key named '" + name + "' exists: revoke it, or choose another name.");
            }
            return handle.execute(
                    "insert into api_key (id, name, scope, secret_hash, created_at, expires_at) values (?, ?, ?, ?, ?, ?)",
                    id,
                    name,
                    scope.name(),
                    hash(secret),
                    now.toEpochMilli(),
                    lifetime.map(now::plus).map(Instant::toEpochMilli).orElse(null));
        });
        return key;
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

    public void revoke(String name) {
        int revoked = store.change(handle -> handle.execute(
                "update api_key set revoked_at = ? where name = ? and revoked_at is null", clock.millis(), name));
        if (revoked == 0) {
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
        return store.with(handle -> {
            Optional<StoredKey> stored = find(handle, "id = ?", id);
            boolean matches = MessageDigest.isEqual(
                    bytes(hash(secret)), bytes(stored.map(StoredKey::hash).orElse(UNKNOWN)));
            return stored.map(StoredKey::key)
                    .filter(key -> matches && key.usable(clock.instant()))
                    .map(key -> new Principal(key.id(), key.name(), key.scope()));
        });
    }

    /** Whether a key that authenticated before may still be used: it was not revoked and did not expire since. */
    public boolean isUsable(Principal principal) {
        return principal.equals(Principal.SERVER)
                || principal(principal.keyId()).isPresent();
    }

    /** The current scope of a key, by its id; empty if it is revoked or expired. */
    public Optional<Principal> principal(String id) {
        return store.with(handle -> find(handle, "id = ?", id))
                .map(StoredKey::key)
                .filter(key -> key.usable(clock.instant()))
                .map(key -> new Principal(key.id(), key.name(), key.scope()));
    }

    @Override
    public void close() {
        store.close();
    }

    private record StoredKey(Key key, String hash) {}

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
