package dev.nerium.auth;

import java.time.Instant;
import java.util.Optional;

/** A key as it is kept: its secret is known only to its owner. */
public record Key(
        String id,
        String name,
        Rights rights,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt,
        Optional<Rotation> rotation) {

    /**
     * The rights of a key.
     *
     * @param groups that share rights on tables
     */
    public record Rights(Scope scope, Groups groups) {}

    /**
     * The last change of a key's secret.
     *
     * @param formerUntil the time until which the secret before it is accepted, too
     */
    public record Rotation(Instant at, Instant formerUntil) {}

    public Scope scope() {
        return rights.scope();
    }

    boolean usable(Instant now) {
        return revokedAt.isEmpty() && !expired(now);
    }

    boolean expired(Instant now) {
        return !expiresAt.map(now::isBefore).orElse(true);
    }

    /** The time at which its former secret ends, if that is still accepted. */
    public Optional<Instant> formerUntil(Instant now) {
        return rotation.map(Rotation::formerUntil).filter(now::isBefore);
    }
}
