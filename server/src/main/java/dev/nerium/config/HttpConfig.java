package dev.nerium.config;

import java.time.Duration;
import java.util.List;

/**
 * Where the server listens, and what it allows its clients.
 *
 * @param maxConnections 0 for as many as the process may have descriptors for
 * @param maxConnectionsPerAddress 0 for a quarter of them
 * @param proxies addresses of which the latter does not hold
 * @param trustedProxies the same, and their headers name the clients
 * @param stallTimeout without progress in a body or a response
 */
public record HttpConfig(
        String host,
        int port,
        ByteSize maxBody,
        int maxConnections,
        int maxConnectionsPerAddress,
        List<String> proxies,
        List<IpNetwork> trustedProxies,
        FailedKeysConfig failedKeys,
        TlsConfig tls,
        Duration headerTimeout,
        Duration idleTimeout,
        Duration stallTimeout) {
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

    public HttpConfig {
        proxies = List.copyOf(proxies);
        trustedProxies = List.copyOf(trustedProxies);
        ConfigException.require(
                port >= 0 && port <= 65535, "http.port is " + port + ": it must be between 0 and 65535");
        ConfigException.require(
                maxConnections >= 0, "http.max-connections is " + maxConnections + ": it can't be negative");
        ConfigException.require(
                maxConnectionsPerAddress >= 0,
                "http.max-connections-per-address is " + maxConnectionsPerAddress + ": it can't be negative");
        ConfigException.require(headerTimeout.isPositive(), "http.header-timeout must be above 0");
        ConfigException.require(idleTimeout.isPositive(), "http.idle-timeout must be above 0");
        ConfigException.require(stallTimeout.isPositive(), "http.stall-timeout must be above 0");
    }

    /**
     * The files of the certificate by which the server serves HTTPS; empty for plain HTTP.
     *
     * @param certificate with the chain, in PEM
     * @param key in PKCS#8, in PEM
     */
    public record TlsConfig(String certificate, String key) {
        public TlsConfig {
            ConfigException.require(
                    certificate.isEmpty() == key.isEmpty(),
                    "http.tls.certificate and http.tls.key belong together: set both, or none");
        }

        public boolean enabled() {
            return !certificate.isEmpty();
        }
    }
}
