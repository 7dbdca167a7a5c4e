package dev.nerium.variable;

import java.time.Instant;

/**
 * A variable with its value in clear.
 *
 * @param readers whose scripts may use it
 * @param createdBy id of the key that created it
 */
public record EnvironmentVariable(
        String id, String name, String value, Readers readers, String createdBy, Instant createdAt, Instant updatedAt) {
    /** A text for logs, which must not have the value. */
    @Override
    public String toString() {
        return "EnvironmentVariable[name=" + name + "]";
    }
}
