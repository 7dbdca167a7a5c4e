package dev.nerium.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Every setting, typed. The defaults and their meaning stand in {@code nerium.yaml} of the resources. */
public record NeriumConfig(
        Path home,
        Path runtime,
        Submitters submitters,
        Http http,
        Lake lake,
        Map<String, Catalog> catalogs,
        Sandbox sandbox,
        Store store,
        Runs runs,
        Results results,
        Telemetry telemetry,
        Metrics metrics,
        Lineage lineage,
        Distributed distributed,
        Shutdown shutdown) {

    /**
     * The Pythons of the programs that have a cluster's client; empty where they are not installed.
     *
     * @param spark with that of Spark Connect
     * @param polars with that of Polars' own clusters
     */
    public record Submitters(Path spark, Path polars) {}

    /**
     * @param maxConnections 0 for as many as the process may have descriptors for
     * @param maxConnectionsPerAddress 0 for a quarter of them
     * @param proxies addresses of which the latter does not hold
     * @param stallTimeout without progress in a body or a response
     */
    public record Http(
            String host,
            int port,
            ByteSize maxBody,
            int maxConnections,
            int maxConnectionsPerAddress,
            List<String> proxies,
            Duration headerTimeout,
            Duration idleTimeout,
            Duration stallTimeout) {
        public Http {
            proxies = List.copyOf(proxies);
            check(port >= 0 && port <= 65535, "http.port is " + port + ": it must be between 0 and 65535");
            check(maxConnections >= 0, "http.max-connections is " + maxConnections + ": it can't be negative");
            check(
                    maxConnectionsPerAddress >= 0,
                    "http.max-connections-per-address is " + maxConnectionsPerAddress + ": it can't be negative");
            check(headerTimeout.isPositive(), "http.header-timeout must be above 0");
            check(idleTimeout.isPositive(), "http.idle-timeout must be above 0");
            check(stallTimeout.isPositive(), "http.stall-timeout must be above 0");
        }
    }

    public NeriumConfig {
        catalogs = Map.copyOf(catalogs);
        check(
                !catalogs.containsKey(lake.catalog()),
                "catalogs." + lake.catalog() + " has the name of the built-in catalog (lake.catalog): take another");
    }

    /** @param folders in which tables may have files besides the warehouse; below the home where they are not absolute */
    public record Lake(
            String catalog, boolean createNamespaces, PlanCache planCache, ByteSize cacheSize, List<String> folders) {
        public Lake {
            folders = List.copyOf(folders);
        }
    }

    /** @param maxFiles planned data files of all tables */
    public record PlanCache(int maxFiles) {}

    /** How a catalog is reached. */
    public enum CatalogType {
        JDBC,
        REST,
        HIVE,
        GLUE,
        NESSIE,
        HADOOP;

        /** As users write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A catalog besides the built-in one. Its meaning stands in {@code catalog.yaml} of the resources.
     *
     * @param properties that Iceberg's library gets as they are
     */
    public record Catalog(
            CatalogType type,
            String uri,
            String warehouse,
            List<String> folders,
            String user,
            Secret password,
            Secret token,
            Secret credential,
            Secret storage,
            String oauth2Uri,
            String scope,
            Duration timeout,
            Map<String, String> properties) {
        private static final Pattern SECRET =
                Pattern.compile("(?i).*(password|secret|token|credential|access-key|account\\.key).*");

        public Catalog {
            folders = List.copyOf(folders);
            properties = Map.copyOf(properties);
            check(timeout.isPositive(), "timeout of a catalog must be above 0");
            properties.keySet().stream()
                    .filter(key -> SECRET.matcher(key).matches())
                    .findFirst()
                    .ifPresent(key -> check(
                            false,
                            "properties of a catalog has '%s': secrets come from password-file, token-file or credential-file, those of a store from storage-file, or all from the environment"
                                    .formatted(key)));
        }
    }

    /** What shuts workers in. */
    public enum Provider {
        BUBBLEWRAP,
        GVISOR,
        DAYTONA,
        NONE;

        /** As records and replies have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param keyFile holds an API key
     * @param snapshot has Python with the worker
     * @param target region; empty for the organisation's own
     */
    public record Daytona(String url, String keyFile, String snapshot, String target, String python) {}

    /** @param allowUnsandboxed makes the provider {@code none} count as ready */
    public record Sandbox(
            Provider provider,
            boolean allowUnsandboxed,
            Daytona daytona,
            Path runsc,
            Pool pool,
            Duration workerMaxAge,
            double cpuOversubscription,
            double memoryOversubscription,
            int maxRunning,
            int maxQueued,
            int maxQueuedPerKey,
            Duration queueTimeout,
            ByteSize memoryPerVcpu,
            ByteSize tmpSize,
            ByteSize shmSize,
            ByteSize diskSize,
            int maxFiles,
            int maxOpenFiles,
            int maxProcesses,
            Duration timeout,
            Duration maxTimeout,
            ByteSize maxLog,
            int uid,
            Enforcement enforcement) {
        private static final Duration LONGEST = Duration.ofHours(24);

        public Sandbox {
            check(
                    provider != Provider.DAYTONA
                            || (!daytona.keyFile().isEmpty()
                                    && !daytona.snapshot().isEmpty()),
                    "sandbox.provider is daytona: it needs sandbox.daytona.key-file and sandbox.daytona.snapshot");
            check(
                    workerMaxAge.isPositive(),
                    "sandbox.worker-max-age is " + DurationFormat.format(workerMaxAge) + ": it must be above 0");
            check(
                    cpuOversubscription > 0,
                    "sandbox.cpu-oversubscription is " + cpuOversubscription + ": it must be above 0");
            check(
                    memoryOversubscription > 0,
                    "sandbox.memory-oversubscription is " + memoryOversubscription + ": it must be above 0");
            check(maxRunning >= 0, "sandbox.max-running is " + maxRunning + ": it can't be negative");
            check(maxQueued >= 0, "sandbox.max-queued is " + maxQueued + ": it can't be negative");
            check(maxQueuedPerKey >= 0, "sandbox.max-queued-per-key is " + maxQueuedPerKey + ": it can't be negative");
            check(maxFiles > 0, "sandbox.max-files is " + maxFiles + ": it must be above 0");
            check(
                    maxOpenFiles >= 64,
                    "sandbox.max-open-files is " + maxOpenFiles + ": it must be at least 64, Polars needs some itself");
            check(uid > 0, "sandbox.uid is " + uid + ": workers never run as root");
            check(
                    maxTimeout.isPositive() && maxTimeout.compareTo(LONGEST) <= 0,
                    "sandbox.max-timeout is " + DurationFormat.format(maxTimeout)
                            + ": it must be above 0 and at most 24h");
            check(
                    timeout.isPositive() && timeout.compareTo(maxTimeout) <= 0,
                    "sandbox.timeout is %s: it must be above 0 and at most sandbox.max-timeout, which is %s"
                            .formatted(DurationFormat.format(timeout), DurationFormat.format(maxTimeout)));
        }
    }

    /**
     * @param cancelOnDisconnect what becomes of a run whose client goes away
     * @param queueTimeout of a run that nobody waits for
     */
    public record Runs(boolean cancelOnDisconnect, Duration queueTimeout, Duration idempotencyKeyTtl) {}

    /**
     * Workers that wait ready for a job.
     *
     * @param size of the default tier
     * @param sizesByVcpus of the larger tiers
     */
    public record Pool(int size, Map<Integer, Integer> sizesByVcpus) {
        public Pool {
            sizesByVcpus = Map.copyOf(sizesByVcpus);
            check(size >= 0, "sandbox.pool.size is " + size + ": it can't be negative");
            sizesByVcpus.forEach((vcpus, workers) -> check(
                    workers >= 0,
                    "sandbox.pool.sizes-by-vcpus." + vcpus + " is " + workers + ": it can't be negative"));
        }
    }

    /** What happens where a limit of the sandbox can't be enforced. */
    public enum Enforcement {
        /** The server does not start. */
        STRICT,
        /** The server starts, and says what is weaker. */
        @JsonProperty("best-effort")
        BEST_EFFORT
    }

    public record Results(
            long inlineRows,
            ByteSize inlineBytes,
            long previewRows,
            ByteSize maxBytes,
            long pageRows,
            ByteSize pageBytes,
            Duration retention,
            ByteSize maxStoredBytes) {
        /** The rows of a page are read into memory to become JSON. */
        private static final ByteSize LARGEST_PAGE = ByteSize.parse("256MiB");

        public Results {
            check(pageRows > 0, "results.page-rows is " + pageRows + ": it must be above 0");
            check(
                    pageBytes.bytes() > 0 && pageBytes.bytes() <= LARGEST_PAGE.bytes(),
                    "results.page-bytes is " + pageBytes + ": it must be above 0 and at most " + LARGEST_PAGE);
        }
    }

    /**
     * @param url JDBC URL of a PostgreSQL database; empty for a SQLite file below the home
     * @param passwordFile holds the password of the user
     */
    public record Store(String url, String user, String passwordFile) {
        public Store {
            check(
                    url.isEmpty() || url.startsWith("jdbc:postgresql:"),
                    "store.url is '" + url + "': write it like jdbc:postgresql://host/database, or leave it empty");
        }
    }

    /**
     * @param runEvents kept in the table {@code telemetry.run_events}, and so on
     * @param flushInterval rows are written to their tables so often, or as soon as there are {@code batchRows}
     * @param maintenanceInterval the tables are compacted, and what is older than {@code retention} is removed
     */
    public record Telemetry(
            boolean runEvents,
            boolean traces,
            boolean logs,
            Duration flushInterval,
            int batchRows,
            Duration maintenanceInterval,
            Duration retention,
            Otlp otlp) {
        public Telemetry {
            check(flushInterval.isPositive(), "telemetry.flush-interval must be above 0");
            check(maintenanceInterval.isPositive(), "telemetry.maintenance-interval must be above 0");
            check(batchRows > 0, "telemetry.batch-rows is " + batchRows + ": it must be above 0");
            check(retention.compareTo(Duration.ofDays(1)) >= 0, "telemetry.retention must be at least 1d");
        }
    }

    /**
     * @param endpoint of an OpenTelemetry collector; empty for none
     * @param headersFile holds the headers that it wants, each in a line
     */
    public record Otlp(String endpoint, String headersFile) {
        public Otlp {
            check(
                    endpoint.isEmpty() || endpoint.matches("https?://[^\\s/]+.*"),
                    "telemetry.otlp.endpoint is '" + endpoint + "': write it like http://127.0.0.1:4318");
        }
    }

    /** @param allowAnonymous whether {@code /metrics} can be read without a key */
    public record Metrics(boolean allowAnonymous) {}

    /**
     * @param namespace of jobs, and of tables' own names
     * @param openlineageConfig path of a file; empty for none
     */
    public record Lineage(String namespace, String openlineageConfig, Duration heartbeatInterval, Duration retention) {
        public Lineage {
            check(!namespace.isBlank(), "lineage.namespace is empty: give jobs a namespace, such as nerium");
            check(
                    heartbeatInterval.isPositive(),
                    "lineage.heartbeat-interval is " + DurationFormat.format(heartbeatInterval)
                            + ": it must be above 0");
        }
    }

    /** @param stagingFolder the folder of staging tables, which the engine reaches by the same path; empty for one in the home */
    public record Distributed(
            Backend backend,
            String stagingFolder,
            SparkConnect sparkConnect,
            PolarsOnPrem polarsOnPrem,
            PolarsCloud polarsCloud) {
        public Distributed {
            check(
                    backend != Backend.SPARK_CONNECT || sparkConnect.url().startsWith("sc://"),
                    "distributed.spark-connect.url is '" + sparkConnect.url() + "': expected one like sc://host:15002");
            check(
                    backend != Backend.POLARS_ON_PREM || polarsOnPrem.url().matches("https?://[^\\s/]+"),
                    "distributed.polars-on-prem.url is '" + polarsOnPrem.url()
                            + "': expected one like https://host:5051");
            check(
                    backend != Backend.POLARS_CLOUD || !polarsCloud.workspace().isEmpty(),
                    "distributed.backend is polars-cloud: it needs distributed.polars-cloud.workspace");
            check(
                    backend != Backend.POLARS_CLOUD || polarsCloud.hasCredential(),
                    "distributed.backend is polars-cloud: it needs distributed.polars-cloud.client-id with secret-file,"
                            + " or token-file");
        }
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
            check(timeout.isPositive(), "distributed.spark-connect.timeout must be above 0");
        }
    }

    /**
     * @param headers each in a line
     * @param timeout for the cluster to answer a question
     */
    public record PolarsOnPrem(
            String url, String domain, Secret certificates, Secret headers, int minWorkers, Duration timeout) {
        public PolarsOnPrem {
            check(timeout.isPositive(), "distributed.polars-on-prem.timeout must be above 0");
            check(
                    minWorkers >= 1,
                    "distributed.polars-on-prem.min-workers is " + minWorkers + ": it must be at least 1");
            check(
                    headers.text().lines().allMatch(line -> line.matches("\\s*|[A-Za-z0-9-]+\\s*:.*")),
                    "distributed.polars-on-prem.headers-file has a line that is no header: write it like name: value");
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
            check(timeout.isPositive(), "distributed.polars-cloud.timeout must be above 0");
            check(
                    idleTimeout.compareTo(Duration.ofMinutes(10)) >= 0,
                    "distributed.polars-cloud.idle-timeout must be at least 10m: the service stops nothing sooner");
            check(
                    clusterSize >= 1 && clusterSize <= 64,
                    "distributed.polars-cloud.cluster-size is " + clusterSize + ": expected a number from 1 to 64");
            check(
                    url.isEmpty() || url.matches("https?://[^\\s/]+"),
                    "distributed.polars-cloud.url is '" + url + "': write it like https://host, or leave it empty");
        }

        private boolean hasCredential() {
            return token.value().isPresent()
                    || (!clientId.isEmpty() && secret.value().isPresent());
        }
    }

    public record Shutdown(Duration grace) {}

    /**
     * Reads the defaults, {@code nerium.yaml} below the home, {@code NERIUM_PORT} and the overrides (keys such as
     * {@code http.port}); what comes later wins.
     */
    public static NeriumConfig load(Path home, Map<String, String> overrides, Map<String, String> environment) {
        return new ConfigReader(home, environment).read(overrides);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new ConfigException(message);
        }
    }
}
