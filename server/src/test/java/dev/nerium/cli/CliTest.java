package dev.nerium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class CliTest {
    @Test
    void explainsItselfWithoutAWord() {
        Ran ran = Ran.with(Map.of());

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("./nerium demo", "polars", "load", "keys", "serve");
    }

    @Test
    void everyCommandHasHelp() {
        for (String command :
                new String[] {"demo", "serve", "sql", "polars", "load", "tables", "describe", "create", "drop", "keys"
                }) {
            Ran ran = Ran.with(Map.of(), command, "--help");
            assertThat(ran.exit()).isZero();
            assertThat(ran.out()).startsWith("Usage: nerium " + command);
        }
    }

    @Test
    void showsItsVersion() {
        Ran ran = Ran.with(Map.of(), "--version");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).matches("nerium \\d+\\.\\d+\\.\\d+\\S*\n");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        Ran ran = Ran.with(Map.of(), "pollars");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("error: Unmatched argument at index 0: 'pollars' Did you mean 'polars'?", "./nerium --help");
    }
}
