package dev.nerium.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.config.NeriumConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The warning about keys that cross a network in clear text. */
class PlainHttpTest {
    @TempDir
    Path home = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "host.invalid"})
    void addressesThatOthersReachNeedTls(String host) {
        assertThat(warning(Map.of("http.host", host)).orElseThrow())
                .startsWith("The server listens on " + host
                        + " without TLS: keys and rows cross the network in clear text.")
                .contains("http.tls.certificate", "http.trusted-proxies");
        assertThat(warning(Map.of("http.host", host, "http.trusted-proxies", "192.0.2.7")))
                .isEmpty();
        assertThat(warning(Map.of("http.host", host, "http.tls.certificate", "a.crt", "http.tls.key", "a.key")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    void addressesOfTheMachineItselfDoNot(String host) {
        assertThat(warning(Map.of("http.host", host))).isEmpty();
    }

    @Test
    void theDefaultIsLocal() {
        assertThat(warning(Map.of())).isEmpty();
    }

    private Optional<String> warning(Map<String, String> settings) {
        return PlainHttp.warning(NeriumConfig.load(home, settings, Map.of()).http());
    }
}
