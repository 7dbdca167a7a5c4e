package dev.nerium.config;

import java.time.Duration;

/**
 * How lineage is recorded and sent.
 *
 * @param namespace of jobs, and of tables' own names
 * @param runEvents whether the runs of this server are recorded and sent as events
 * @param openlineageConfig path of a file; empty for none
 */
public record LineageConfig(
        String namespace, boolean runEvents, String openlineageConfig, Duration heartbeatInterval, Duration retention) {
    public LineageConfig {
        ConfigException.require(
                !namespace.isBlank(), "lineage.namespace is empty: give jobs a namespace, such as nerium");
        ConfigException.require(
                heartbeatInterval.isPositive(),
                "lineage.heartbeat-interval is " + DurationFormat.format(heartbeatInterval) + ": it must be above 0");
        ConfigException.require(
                retention.isPositive(),
                "lineage.retention is " + DurationFormat.format(retention) + ": it must be above 0");
    }
}
