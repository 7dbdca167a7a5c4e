package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How the checks read text of a shell. */
class ShellCommandsTest {
    @Test
    void aCallBeginsALineOrASubstitution() {
        assertThat(ShellCommands.in("""
                $ ./nerium demo
                nerium runs show RUN
                export A=$(./nerium setup) B=$(./nerium setup --dev)
                see './nerium serve', nerium: 3 files, /srv/nerium --port
                """))
                .containsExactly(
                        List.of("demo"), List.of("runs", "show", "RUN"), List.of("setup"), List.of("setup", "--dev"));
    }

    @Test
    void quotesAndBackslashesJoinWords() {
        assertThat(ShellCommands.in("""
                ./nerium polars "SELECT 'a  b'
                  FROM \\"t\\"" --table 's=sales.orders$snapshots' \\
                  --timeout 60
                """))
                .containsExactly(List.of(
                        "polars",
                        "SELECT 'a  b'\n  FROM \"t\"",
                        "--table",
                        "s=sales.orders$snapshots",
                        "--timeout",
                        "60"));
    }

    @Test
    void commentsAndOperatorsEndACall() {
        assertThat(ShellCommands.in("./nerium demo   # and then\n./nerium serve &\n./nerium runs list | head"))
                .containsExactly(List.of("demo"), List.of("serve"), List.of("runs", "list"));
    }

    @Test
    void alternativesAreCallsOfTheirOwn() {
        assertThat(ShellCommands.in("./nerium keys create|list"))
                .containsExactly(List.of("keys", "create"), List.of("keys", "list"));
    }
}
