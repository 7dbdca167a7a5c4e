package dev.nerium.http.common;

import dev.nerium.config.IpNetwork;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The addresses of clients, also behind proxies. Only headers of proxies that the configuration trusts are read; from right to left, as
 * each proxy appends the address that it saw, and a client can send any text in front.
 */
public record ClientAddresses(List<IpNetwork> trusted) {
    private static final HeaderName FORWARDED = HeaderNames.create("Forwarded");
    private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");
    private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");
    private static final int MOST_HOPS = 32;

    /** The parameter "for" of one proxy (RFC 7239, section 4). */
    private static final Pattern FOR = Pattern.compile("(?i)(?:^|;)\\s*for=(\"[^\"]*\"|[^;\\s]*)");

    /** An address with the optional port that proxies write. */
    private static final Pattern NODE =
            Pattern.compile("\\[([^\\]]+)](?::\\d{1,5})?|(\\d+\\.\\d+\\.\\d+\\.\\d+)(?::\\d{1,5})?|([^\\[\\]]+)");

    public ClientAddresses {
        trusted = List.copyOf(trusted);
    }

    /** The address of the client, or of the last proxy whose word can be trusted. */
    public InetAddress of(ServerRequest request) {
        InetAddress peer = TcpConnection.of(request).remote().address();
        if (!isTrusted(peer)) {
            return peer;
        }
        List<String> plain = elements(request, FORWARDED_FOR);
        List<String> standard = elements(request, FORWARDED).stream()
                .map(ClientAddresses::forParameter)
                .toList();
        if (plain.isEmpty() || standard.isEmpty()) {
            return last(plain.isEmpty() ? standard : plain, peer);
        }
        // A proxy that writes one of them passes on the other as the client sent it.
        InetAddress client = last(plain, peer);
        return client.equals(last(standard, peer)) ? client : peer;
    }

    /** Whether the client uses HTTPS, to this server or to a proxy whose word can be trusted. */
    public boolean isSecure(ServerRequest request) {
        boolean isProxied = isTrusted(TcpConnection.of(request).remote().address());
        List<String> schemes = elements(request, FORWARDED_PROTO);
        return request.isSecure()
                || (isProxied && !schemes.isEmpty() && schemes.getLast().equalsIgnoreCase("https"));
    }

    private InetAddress last(List<String> nodes, InetAddress peer) {
        InetAddress client = peer;
        for (String node : nodes.reversed().subList(0, Math.min(MOST_HOPS, nodes.size()))) {
            Optional<InetAddress> hop = address(node);
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get();
            if (!isTrusted(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
    }

    private static List<String> elements(ServerRequest request, HeaderName name) {
        return request.headers().all(name, List::of).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    private static String forParameter(String element) {
        Matcher matcher = FOR.matcher(element);
        return matcher.find() ? matcher.group(1).replace("\"", "") : "";
    }

    private static Optional<InetAddress> address(String node) {
        Matcher matcher = NODE.matcher(node);
        return matcher.matches()
                ? Stream.of(1, 2, 3)
                        .map(matcher::group)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .flatMap(IpNetwork::address)
                : Optional.empty();
    }
}
