package dev.nerium.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Every setting, typed. The defaults and their meaning stand in {@code nerium.yaml} of the resources. */
public record NeriumConfig(
        Path home,
        Path runtime,
        Http http,
        Lake lake,
        Sandbox sandbox,
        Results results,
        Distributed distributed,
        Shutdown shutdown) {

    public record Http(String host, int port, ByteSize maxBody) {
        public Http {
            check(port >= 0 && port <= 65535, "http.port is " + port + ": it must be between 0 and 65535");
        }
    }

    public record Lake(String catalog, boolean createNamespaces, int planCacheFiles) {}

    public record Sandbox(
            int warmWorkers,
            int maxRunning,
            int maxQueued,
            Duration queueTimeout,
            ByteSize memoryPerVcpu,
            ByteSize tmpSize,
            int maxProcesses,
            Duration timeout,
            ByteSize maxLog,
            int uid,
            Require require) {
        public Sandbox {
            check(warmWorkers >= 0, "sandbox.warm-workers is " + warmWorkers + ": it can't be negative");
            check(maxRunning >= 0, "sandbox.max-running is " + maxRunning + ": it can't be negative");
            check(maxQueued >= 0, "sandbox.max-queued is " + maxQueued + ": it can't be negative");
            check(uid > 0, "sandbox.uid is " + uid + ": workers never run as root");
            check(
                    timeout.isPositive() && timeout.compareTo(Duration.ofMinutes(30)) <= 0,
                    "sandbox.timeout is " + timeout + ": it must be above 0 and at most 30m");
        }
    }

    /** Whether the server may start where a limit of the sandbox can't be enforced. */
    public enum Require {
        STRICT,
        AVAILABLE
    }

    public record Results(long inlineRows, ByteSize inlineBytes, long previewRows) {}

    public record Distributed(Backend backend) {}

    public enum Backend {
        NONE
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
