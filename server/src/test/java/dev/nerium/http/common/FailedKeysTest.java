package dev.nerium.http.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.config.HttpConfig.FailedKeysConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedKeysTest {
    private final AtomicLong clock =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());
    private final FailedKeys failures = new FailedKeys(new FailedKeysConfig(2, Duration.ofMinutes(1)), clock::get);

    @Test
    void aWindowEndsAlsoIfRequestsGoOn() {
        assertThat(failures.count(address("10.0.0.1"))).isEmpty();
        assertThat(failures.count(address("10.0.0.1"))).isEmpty();
        assertThat(failures.count(address("10.0.0.1"))).contains(Duration.ofMinutes(1));
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(failures.count(address("10.0.0.1"))).contains(Duration.ofSeconds(1));

        clock.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(failures.count(address("10.0.0.1"))).isEmpty();
    }

    @Test
    void anIpv6NetworkIsOneClientAndAnIpv4AddressIs() {
        for (int i = 0; i < 3; i++) {
            failures.count(address("2001:db8::" + i));
            failures.count(address("10.0.0." + i));
        }

        assertThat(failures.count(address("2001:db8::ffff"))).isPresent();
        assertThat(failures.count(address("2001:db8:0:1::1"))).isEmpty();
        assertThat(failures.count(address("10.0.0.9"))).isEmpty();
    }

    @Test
    void aFloodOfAddressesTakesBoundedMemory() {
        for (int i = 0; i < 200_000; i++) {
            failures.count(address("10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255)));
        }

        assertThat(failures.addresses()).isLessThanOrEqualTo(10_000);
    }

    @Test
    void zeroIsNoLimit() {
        FailedKeys none = new FailedKeys(new FailedKeysConfig(0, Duration.ofMinutes(1)), clock::get);

        for (int i = 0; i < 100; i++) {
            assertThat(none.count(address("10.0.0.1"))).isEmpty();
        }
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }
}
