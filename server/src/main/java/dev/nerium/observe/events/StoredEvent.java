package dev.nerium.observe.events;

import java.time.Instant;
import java.util.UUID;

/** A stored event, with what its text does not have. */
public record StoredEvent(UUID id, String server, String keyId, String text) {
    /** When it was made: the first 48 bits of a UUID of version 7 are its time (RFC 9562, section 5.7). */
    public Instant receivedAt() {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }
}
