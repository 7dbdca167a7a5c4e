package dev.nerium.auth;

import java.time.Instant;
import java.util.Optional;

/** A key as it is kept: its secret is known only to its owner. */
public record Key(
        String id,
        String name,
        Scope scope,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt) {

    boolean usable(Instant now) {
        return revokedAt.isEmpty() && expiresAt.map(now::isBefore).orElse(true);
    }
}
