package dev.nerium.config;

import java.time.Duration;

/**
 * The limit of requests without a valid key from one address.
 *
 * @param limit 0 for none
 */
public record FailedKeysConfig(int limit, Duration window) {
    private static final Duration LONGEST = Duration.ofDays(1);

    public FailedKeysConfig {
        ConfigException.require(limit >= 0, "http.failed-keys.limit is " + limit + ": it can't be negative");
        ConfigException.require(
                window.compareTo(Duration.ofSeconds(1)) >= 0 && window.compareTo(LONGEST) <= 0,
                "http.failed-keys.window is " + DurationFormat.format(window) + ": it must be between 1s and 1d");
    }
}
