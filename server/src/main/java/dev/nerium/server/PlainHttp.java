package dev.nerium.server;

import dev.nerium.config.HttpConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** The check for keys that cross a network in clear text. */
final class PlainHttp {
    private PlainHttp() {}

    /** Empty if the server uses TLS, listens on a loopback address, or has a proxy in front that can use TLS. */
    static Optional<String> warning(HttpConfig config) {
        boolean isProtected = config.tls().enabled() || !config.trustedProxies().isEmpty() || isLoopback(config.host());
        return isProtected
                ? Optional.empty()
                : Optional.of("The server listens on " + config.host()
                        + " without TLS: keys and rows cross the network in clear text. Set http.tls.certificate and http.tls.key,"
                        + " or, behind a proxy with TLS, http.trusted-proxies.");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
