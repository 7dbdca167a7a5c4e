package dev.nerium.config;

import java.time.Duration;

/**
 * Records of runs.
 *
 * @param runEvents kept in the table {@code telemetry.run_events}, and so on
 * @param tablesInterval interval at which the sizes of all tables are added to {@code telemetry.tables}
 * @param flushInterval interval at which rows are written to their tables; earlier if {@code batchRows} rows are waiting
 * @param maintenanceInterval the tables are compacted, and what is older than {@code retention} is removed
 */
public record TelemetryConfig(
        boolean runEvents,
        boolean traces,
        boolean logs,
        boolean runs,
        boolean tableReads,
        boolean tables,
        boolean usage,
        boolean audit,
        Duration tablesInterval,
        Duration flushInterval,
        int batchRows,
        Duration maintenanceInterval,
        Duration retention,
        Otlp otlp) {
    public TelemetryConfig {
        ConfigException.require(flushInterval.isPositive(), "telemetry.flush-interval must be above 0");
        ConfigException.require(
                tablesInterval.isPositive(),
                "telemetry.tables-interval is " + DurationFormat.format(tablesInterval) + ": it must be above 0");
        ConfigException.require(maintenanceInterval.isPositive(), "telemetry.maintenance-interval must be above 0");
        ConfigException.require(batchRows > 0, "telemetry.batch-rows is " + batchRows + ": it must be above 0");
        ConfigException.require(
                retention.compareTo(Duration.ofDays(1)) >= 0, "telemetry.retention must be at least 1d");
    }

    /**
     * @param endpoint of an OpenTelemetry collector; empty for none
     * @param headersFile holds the headers that it wants, each in a line
     * @param traces whether it gets traces, and so on
     */
    public record Otlp(String endpoint, String headersFile, boolean traces, boolean logs) {
        public Otlp {
            ConfigException.require(
                    endpoint.isEmpty() || endpoint.matches("https?://[^\\s/]+.*"),
                    "telemetry.otlp.endpoint is '" + endpoint + "': write it like http://127.0.0.1:4318");
        }
    }
}
