package dev.nerium.config;

import java.time.Duration;

/**
 * Settings of all runs.
 *
 * @param cancelOnDisconnect what becomes of a run whose client goes away
 * @param queueTimeout of a run that nobody waits for
 */
public record RunsConfig(boolean cancelOnDisconnect, Duration queueTimeout, Duration idempotencyKeyTtl) {
    public RunsConfig {
        ConfigException.require(
                idempotencyKeyTtl.isPositive(),
                "runs.idempotency-key-ttl is " + DurationFormat.format(idempotencyKeyTtl) + ": it must be above 0");
    }
}
