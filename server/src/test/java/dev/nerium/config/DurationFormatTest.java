package dev.nerium.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationFormatTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S, 500ms",
        "90s, PT1M30S, 90s",
        "120s, PT2M, 2m",
        "45m, PT45M, 45m",
        "12h, PT12H, 12h",
        "720h, PT720H, 30d",
        "30d, PT720H, 30d",
        "0m, PT0S, 0s",
        "99999d, PT2399976H, 99999d"
    })
    void readsAndWritesEachUnit(String text, Duration duration, String formatted) {
        assertThat(DurationFormat.parse(text)).contains(duration);
        assertThat(DurationFormat.format(duration)).isEqualTo(formatted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "30",
                "d",
                "-1d",
                "1.5h",
                "1h30m",
                "30D",
                "30 d",
                "30d ",
                "100000d",
                "9999999999999999d"
            })
    void refusesWhatIsNoDuration(String text) {
        assertThat(DurationFormat.parse(text)).isEmpty();
    }

    @Test
    void aSettingMayBeInDays(@TempDir Path home) {
        NeriumConfig config = NeriumConfig.load(home, Map.of("results.retention", "30d"), Map.of());

        assertThat(config.results().retention()).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void aSettingThatIsNoDurationIsRefused(@TempDir Path home) {
        Map<String, String> overrides = Map.of("results.retention", "1 day");

        assertThatThrownBy(() -> NeriumConfig.load(home, overrides, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("results.retention: '1 day' is not a duration: write it like 500ms, 90s, 45m, 12h or 30d");
    }
}
