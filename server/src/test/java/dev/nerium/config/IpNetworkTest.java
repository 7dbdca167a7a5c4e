package dev.nerium.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.255.1.2, true",
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 10.0.0.8, false",
        "10.0.0.4/31, 10.0.0.5, true",
        "10.0.0.4/31, 10.0.0.6, false",
        "0.0.0.0/0, 192.0.2.1, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 10.0.0.1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "::ffff:10.0.0.7, 10.0.0.7, true"
    })
    void containsTheAddressesOfItsPrefix(String network, String address, boolean contained) {
        assertThat(IpNetwork.parse(network).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy.example",
                "10.0.0.0/33",
                "::/129",
                "10.0.0/8",
                "10",
                "256.0.0.1",
                "10.0.0.0/",
                "10.0.0.0/a",
                "fe80::1%lo",
                "1:2"
            })
    void anotherTextIsRefused(String text) {
        assertThatThrownBy(() -> IpNetwork.parse(text))
                .hasMessage("'" + text
                        + "' is not a network of IP addresses: write it like 10.0.0.0/8, 10.0.0.7 or 2001:db8::/32");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.7, 10.0.0.7", "2001:db8:0:1:2:3:4:5, 2001:db8:0:1:0:0:0:0/64"})
    void aClientOfIpv6IsItsNetwork(String address, String network) {
        assertThat(IpNetwork.ofClient(InetAddress.ofLiteral(address))).hasToString(network);
    }
}
