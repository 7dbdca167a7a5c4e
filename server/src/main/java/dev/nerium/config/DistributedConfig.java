package dev.nerium.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Locale;

/**
 * The engine for requests with {@code distributed: true}.
 *
 * @param stagingFolder the folder of staging tables, which the engine reaches by the same path; empty for one in the home
 */
public record DistributedConfig(
        Backend backend,
        String stagingFolder,
        SparkConnect sparkConnect,
        PolarsOnPrem polarsOnPrem,
        PolarsCloud polarsCloud) {
    public DistributedConfig {
        ConfigException.require(
                backend != Backend.SPARK_CONNECT || sparkConnect.url().startsWith("sc://"),
                "distributed.spark-connect.url is '" + sparkConnect.url() + "': expected one like sc://host:15002");
        ConfigException.require(
                backend != Backend.POLARS_ON_PREM || polarsOnPrem.url().matches("https?://[^\\s/]+"),
                "distributed.polars-on-prem.url is '" + polarsOnPrem.url() + "': expected one like https://host:5051");
        ConfigException.require(
                backend != Backend.POLARS_CLOUD || !polarsCloud.workspace().isEmpty(),
                "distributed.backend is polars-cloud: it needs distributed.polars-cloud.workspace");
        ConfigException.require(
                backend != Backend.POLARS_CLOUD || polarsCloud.hasCredential(),
                "distributed.backend is polars-cloud: it needs distributed.polars-cloud.client-id with secret-file,"
                        + " or token-file");
    }

    /** The engine that runs what is sent with {@code distributed: true}. */
    public enum Backend {
        NONE,
        @JsonProperty("spark-connect")
        SPARK_CONNECT,
        @JsonProperty("polars-on-prem")
        POLARS_ON_PREM,
        @JsonProperty("polars-cloud")
        POLARS_CLOUD;

        /** As users write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param timeout for the cluster to answer a question */
    public record SparkConnect(String url, Secret token, Duration timeout) {
        public SparkConnect {
            ConfigException.require(timeout.isPositive(), "distributed.spark-connect.timeout must be above 0");
        }
    }

    /**
     * @param headers each in a line
     * @param timeout for the cluster to answer a question
     */
    public record PolarsOnPrem(
            String url, String domain, Secret certificates, Secret headers, int minWorkers, Duration timeout) {
        public PolarsOnPrem {
            ConfigException.require(timeout.isPositive(), "distributed.polars-on-prem.timeout must be above 0");
            ConfigException.require(
                    minWorkers >= 1,
                    "distributed.polars-on-prem.min-workers is " + minWorkers + ": it must be at least 1");
            ConfigException.require(
                    headers.text().lines().allMatch(line -> line.matches("\\s*|[A-Za-z0-9-]+\\s*:.*")),
                    "distributed.polars-on-prem.headers-file has a line that is not a header: write it like name: value");
        }
    }

    /**
     * @param secret of the service account {@code clientId}; or {@code token} in its place
     * @param timeout for the service to answer a question
     */
    public record PolarsCloud(
            String workspace,
            String clientId,
            Secret secret,
            Secret token,
            String instanceType,
            int clusterSize,
            Duration idleTimeout,
            String url,
            Duration timeout) {
        public PolarsCloud {
            ConfigException.require(timeout.isPositive(), "distributed.polars-cloud.timeout must be above 0");
            ConfigException.require(
                    idleTimeout.compareTo(Duration.ofMinutes(10)) >= 0,
                    "distributed.polars-cloud.idle-timeout must be at least 10m: the service stops nothing sooner");
            ConfigException.require(
                    clusterSize >= 1 && clusterSize <= 64,
                    "distributed.polars-cloud.cluster-size is " + clusterSize + ": expected a number from 1 to 64");
            ConfigException.require(
                    url.isEmpty() || url.matches("https?://[^\\s/]+"),
                    "distributed.polars-cloud.url is '" + url + "': write it like https://host, or leave it empty");
        }

        private boolean hasCredential() {
            return token.value().isPresent()
                    || (!clientId.isEmpty() && secret.value().isPresent());
        }
    }
}
