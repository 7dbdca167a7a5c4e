package dev.nerium.lake.io;

import java.util.Map;
import java.util.Optional;

/**
 * Temporary access to a store: its address, and keys that a catalog vended for the files of one table.
 *
 * @param settings in Iceberg's names, such as {@code s3.session-token}
 */
public record StorageCredentials(Map<String, String> settings) {
    /** A key that lasts has none. */
    private static final String FOR_A_WHILE = "s3.session-token";

    public StorageCredentials {
        settings = Map.copyOf(settings);
    }

    /** Empty where the keys are not of that kind. */
    static Optional<StorageCredentials> of(Map<String, String> settings) {
        return settings.getOrDefault(FOR_A_WHILE, "").isEmpty()
                ? Optional.empty()
                : Optional.of(new StorageCredentials(settings));
    }

    /** No key. */
    @Override
    public String toString() {
        return "StorageCredentials[…]";
    }
}
