package dev.nerium.auth;

import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Key.Rotation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A key and the hashes of its secrets.
 *
 * @param formerHash of the secret before the last rotation; empty if there was none
 */
record StoredKey(Key key, String hash, String formerHash) {
    static Optional<StoredKey> find(Handle handle, String condition, String value) {
        return handle.createQuery("select * from api_key where " + condition)
                .bind(0, value)
                .map((row, context) -> of(row))
                .findFirst();
    }

    static StoredKey of(ResultSet row) throws SQLException {
        Instant formerUntil = instant(row.getObject("former_until")).orElse(Instant.EPOCH);
        Key key = new Key(
                row.getString("id"),
                row.getString("name"),
                new Rights(Scope.valueOf(row.getString("scope")), Groups.parse(row.getString("group_names"))),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row.getObject("expires_at")),
                instant(row.getObject("revoked_at")),
                instant(row.getObject("rotated_at")).map(at -> new Rotation(at, formerUntil)));
        String former = row.getString("former_hash");
        return new StoredKey(key, row.getString("secret_hash"), former == null ? "" : former);
    }

    /** Whether the key has this secret now, as its last one or as the one before it. */
    boolean accepts(KeyText text, Instant now) {
        String given = text.hash();
        return equal(hash, given) || (key.formerUntil(now).isPresent() && equal(formerHash, given));
    }

    boolean isLast(String secretHash) {
        return equal(hash, secretHash);
    }

    private static boolean equal(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<Instant> instant(@Nullable Object millis) {
        return millis instanceof Number number
                ? Optional.of(Instant.ofEpochMilli(number.longValue()))
                : Optional.empty();
    }
}
