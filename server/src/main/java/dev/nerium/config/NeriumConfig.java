package dev.nerium.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** All settings, typed. {@code nerium.yaml} in the resources documents them and has the defaults. */
public record NeriumConfig(
        Path home,
        Path runtime,
        Submitters submitters,
        HttpConfig http,
        OidcConfig oidc,
        SessionConfig session,
        LakeConfig lake,
        Map<String, CatalogConfig> catalogs,
        ExternalConfig external,
        SandboxConfig sandbox,
        StoreConfig store,
        RunsConfig runs,
        ResultsConfig results,
        TelemetryConfig telemetry,
        Audit audit,
        Metrics metrics,
        LineageConfig lineage,
        DistributedConfig distributed,
        Shutdown shutdown) {
    /**
     * The Pythons of the programs that have a cluster's client; empty where they are not installed.
     *
     * @param spark with that of Spark Connect
     * @param polars with that of Polars' own clusters
     */
    public record Submitters(Path spark, Path polars) {}

    /**
     * When sessions of browsers end.
     *
     * @param idleTimeout after the last use
     * @param lifetime after the login
     */
    public record SessionConfig(Duration idleTimeout, Duration lifetime) {
        private static final Duration SHORTEST = Duration.ofSeconds(10);
        private static final Duration LONGEST = Duration.ofDays(30);

        public SessionConfig {
            require("session.idle-timeout", idleTimeout);
            require("session.lifetime", lifetime);
        }

        private static void require(String key, Duration time) {
            ConfigException.require(
                    time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0,
                    key + " is " + DurationFormat.format(time) + ": it must be between 10s and 30d");
        }
    }

    /** @param allowAnonymous whether {@code /metrics} can be read without a key */
    public record Metrics(boolean allowAnonymous) {}

    /** @param grace for active runs to finish */
    public record Shutdown(Duration grace) {}

    /**
     * The audit trail.
     *
     * @param retention rows of a day are removed when the day ended longer ago than this
     */
    public record Audit(Duration retention) {
        public Audit {
            ConfigException.require(
                    retention.compareTo(Duration.ofDays(1)) >= 0, "audit.retention must be at least 1d");
        }
    }

    public NeriumConfig {
        catalogs = Map.copyOf(catalogs);
        ConfigException.require(
                !catalogs.containsKey(lake.catalog()),
                "catalogs." + lake.catalog() + " has the name of the built-in catalog (lake.catalog): choose another");
    }

    /**
     * Reads the defaults, {@code nerium.yaml} below the home, the environment and the overrides (keys such as
     * {@code http.port}); what comes later wins.
     */
    public static NeriumConfig load(Path home, Map<String, String> overrides, Map<String, String> environment) {
        return ConfigReader.load(home, overrides, environment);
    }
}
