package dev.nerium.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How workers are isolated, and what runs may take.
 *
 * @param allowUnsandboxed makes the provider {@code none} count as ready
 */
public record SandboxConfig(
        Provider provider,
        boolean allowUnsandboxed,
        DaytonaConfig daytona,
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

    public SandboxConfig {
        ConfigException.require(
                provider != Provider.DAYTONA
                        || (!daytona.keyFile().isEmpty() && !daytona.snapshot().isEmpty()),
                "sandbox.provider is daytona: it needs sandbox.daytona.key-file and sandbox.daytona.snapshot");
        ConfigException.require(
                workerMaxAge.isPositive(),
                "sandbox.worker-max-age is " + DurationFormat.format(workerMaxAge) + ": it must be above 0");
        ConfigException.require(
                cpuOversubscription > 0,
                "sandbox.cpu-oversubscription is " + cpuOversubscription + ": it must be above 0");
        ConfigException.require(
                memoryOversubscription > 0,
                "sandbox.memory-oversubscription is " + memoryOversubscription + ": it must be above 0");
        ConfigException.require(maxRunning >= 0, "sandbox.max-running is " + maxRunning + ": it can't be negative");
        ConfigException.require(maxQueued >= 0, "sandbox.max-queued is " + maxQueued + ": it can't be negative");
        ConfigException.require(
                maxQueuedPerKey >= 0, "sandbox.max-queued-per-key is " + maxQueuedPerKey + ": it can't be negative");
        ConfigException.require(maxFiles > 0, "sandbox.max-files is " + maxFiles + ": it must be above 0");
        ConfigException.require(
                maxOpenFiles >= 64,
                "sandbox.max-open-files is " + maxOpenFiles + ": it must be at least 64, Polars needs some itself");
        ConfigException.require(uid > 0, "sandbox.uid is " + uid + ": workers never run as root");
        ConfigException.require(
                maxTimeout.isPositive() && maxTimeout.compareTo(LONGEST) <= 0,
                "sandbox.max-timeout is " + DurationFormat.format(maxTimeout) + ": it must be above 0 and at most 24h");
        ConfigException.require(
                timeout.isPositive() && timeout.compareTo(maxTimeout) <= 0,
                "sandbox.timeout is %s: it must be above 0 and at most sandbox.max-timeout, which is %s"
                        .formatted(DurationFormat.format(timeout), DurationFormat.format(maxTimeout)));
    }

    /** The isolation of workers. */
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
     * Workers that wait ready for a job.
     *
     * @param size of the default tier
     * @param sizesByVcpus of the larger tiers
     * @param used maximum number of those that ran SQL, of all keys and tiers
     */
    public record Pool(int size, Map<Integer, Integer> sizesByVcpus, int used) {
        public Pool {
            sizesByVcpus = Map.copyOf(sizesByVcpus);
            ConfigException.require(size >= 0, "sandbox.pool.size is " + size + ": it can't be negative");
            ConfigException.require(used >= 0, "sandbox.pool.used is " + used + ": it can't be negative");
            sizesByVcpus.forEach((vcpus, workers) -> ConfigException.require(
                    workers >= 0,
                    "sandbox.pool.sizes-by-vcpus." + vcpus + " is " + workers + ": it can't be negative"));
        }
    }

    /** The reaction of a starting server to a limit of the sandbox that cannot be enforced. */
    public enum Enforcement {
        /** The server does not start. */
        STRICT,
        /** The server starts, and says what is weaker. */
        @JsonProperty("best-effort")
        BEST_EFFORT
    }
}
