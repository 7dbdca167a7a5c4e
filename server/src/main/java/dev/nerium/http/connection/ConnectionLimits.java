package dev.nerium.http.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.nerium.config.ConfigException;
import dev.nerium.config.HttpConfig;
import dev.nerium.config.IpNetwork;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many connections there may be, and how long they may take.
 *
 * @param proxies addresses for which {@code mostPerAddress} does not hold
 * @param head for the first line and the headers of a request, and for the first byte of a new connection
 * @param idle between two requests
 * @param stall without progress in a body, or in a response that the client does not read
 */
record ConnectionLimits(
        int most, int mostPerAddress, List<IpNetwork> proxies, Duration head, Duration idle, Duration stall) {
    /** More clients than this are better served by a proxy. */
    private static final int MAX_CONNECTIONS = 10_000;

    private static final int LEAST_PER_ADDRESS = 16;

    ConnectionLimits {
        proxies = List.copyOf(proxies);
    }

    static ConnectionLimits of(HttpConfig config) {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return of(config, system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount());
    }

    /** @param free descriptors that the process may still open: half of them are left to files, sandboxes and the database */
    static ConnectionLimits of(HttpConfig config, long free) {
        int possible = (int) Math.max(1, Math.min(Integer.MAX_VALUE, free / 2));
        if (config.maxConnections() > possible) {
            throw new ConfigException(
                    ("http.max-connections is %d: the process may open %d more files (ulimit -n), half of"
                                    + " which can be connections. Choose at most %d, or raise the limit of open files.")
                            .formatted(config.maxConnections(), free, possible));
        }
        int most = config.maxConnections() > 0 ? config.maxConnections() : Math.min(MAX_CONNECTIONS, possible);
        int perAddress = config.maxConnectionsPerAddress() > 0
                ? config.maxConnectionsPerAddress()
                : Math.max(LEAST_PER_ADDRESS, most / 4);
        return new ConnectionLimits(
                most,
                Math.min(most, perAddress),
                Stream.concat(
                                config.trustedProxies().stream(),
                                config.proxies().stream().map(ConnectionLimits::address))
                        .toList(),
                config.headerTimeout(),
                config.idleTimeout(),
                config.stallTimeout());
    }

    boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(network -> network.contains(address));
    }

    private static IpNetwork address(String text) {
        return IpNetwork.address(text)
                .map(_ -> IpNetwork.parse(text))
                .orElseThrow(() -> new ConfigException("http.proxies has '" + text + "': expected an IP address"));
    }
}
