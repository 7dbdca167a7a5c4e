package dev.nerium.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of IP addresses, written as {@code 10.0.0.0/8}, or one address.
 *
 * @param first its first address
 */
public record IpNetwork(InetAddress first, int prefix) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern TEXT = Pattern.compile("([^/]+)(?:/(\\d{1,3}))?");

    /** The network of a client with one IPv6 address usually has 2^64 of them. */
    private static final int IPV6_CLIENT = 64;

    public IpNetwork {
        first = masked(first, prefix);
    }

    @JsonCreator
    public static IpNetwork parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        Optional<InetAddress> address = matcher.matches() ? address(matcher.group(1)) : Optional.empty();
        int bits = address.map(IpNetwork::bits).orElse(0);
        int prefix = address.isEmpty() || matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
        if (address.isEmpty() || prefix > bits) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a network of IP addresses: write it like 10.0.0.0/8, 10.0.0.7 or 2001:db8::/32");
        }
        return new IpNetwork(address.get(), prefix);
    }

    /** The IP address that a text is. No name is looked up. */
    public static Optional<InetAddress> address(String text) {
        try {
            return IPV4.matcher(text).matches() || IPV6.matcher(text).matches()
                    ? Optional.of(InetAddress.ofLiteral(text))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All addresses that one client is likely to have: one of IPv4, or a network of 64 bits of IPv6. */
    public static IpNetwork ofClient(InetAddress address) {
        return new IpNetwork(address, address instanceof Inet6Address ? IPV6_CLIENT : bits(address));
    }

    public boolean contains(InetAddress address) {
        return bits(address) == bits(first) && masked(address, prefix).equals(first);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xff << (Byte.SIZE - kept));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return first.getHostAddress() + (prefix == bits(first) ? "" : "/" + prefix);
    }
}
