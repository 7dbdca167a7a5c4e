package dev.nerium.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.config.SandboxConfig.Enforcement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NeriumConfigTest {
    @TempDir
    private Path home = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            sandbox.enforcement          | available | sandbox.enforcement: 'available' is not one of strict, best-effort
            sandbox.provider             | docker    | sandbox.provider: 'docker' is not one of bubblewrap, gvisor, daytona, none
            http.port                    | many      | http.port: 'many' is not a whole number
            metrics.allow-anonymous      | maybe     | metrics.allow-anonymous: 'maybe' is not true or false
            sandbox.cpu-oversubscription | lots      | sandbox.cpu-oversubscription: 'lots' is not a number
            results.max-bytes            | 5 pages   | results.max-bytes: '5 pages' is not a size: write it like 64MiB
            """)
    void aValueOfAnotherKindIsRefusedWithWhatIsExpected(String key, String value, String message) {
        Map<String, String> overrides = Map.of(key, value);

        assertThatThrownBy(() -> NeriumConfig.load(home, overrides, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "results.retention",
                "lineage.retention",
                "runs.idempotency-key-ttl",
                "telemetry.tables-interval",
            })
    void aTimeOfZeroIsRefused(String key) {
        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(key, "0s"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(key + " is 0s: it must be above 0");
        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(key, "-1h"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key + ": '-1h' is not a duration");
    }

    @Test
    void aListInPlaceOfAValueIsRefused() throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "http: {host: [a, b]}");

        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("http.host: expected one value");
    }

    @Test
    void choicesAreReadAsTheyAreWritten() {
        NeriumConfig config = NeriumConfig.load(home, Map.of("sandbox.enforcement", "best-effort"), Map.of());

        assertThat(config.sandbox().enforcement()).isEqualTo(Enforcement.BEST_EFFORT);
    }
}
