package dev.nerium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            assertThat(ran.out()).startsWith("Usage: ./nerium " + command);
        }
    }

    @Test
    void showsItsVersion(@TempDir Path home) throws IOException {
        assertVersion(Map.of("NERIUM_HOME", home.toString()), "");
        // A server that was killed leaves its address.
        Files.writeString(
                home.resolve("server.json"),
                "{\"url\": \"http://127.0.0.1:1/\", \"id\": \"x\", \"version\": \"9\", \"home\": \"%s\"}"
                        .formatted(home));
        assertVersion(Map.of("NERIUM_HOME", home.toString()), "");
        Files.writeString(home.resolve("server.json"), "nonsense");
        assertVersion(Map.of("NERIUM_HOME", home.toString()), "");
    }

    @Test
    void showsTheVersionOfTheServerThatAnswers(@TempDir Path home) throws IOException {
        try (FakeServer server = FakeServer.answering(200, "{\"server_version\": \"7.1.0\"}")) {
            server.leaveAddress(home);

            assertVersion(Map.of("NERIUM_HOME", home.toString()), "server 7.0.0 at " + server.url() + "\n");
            assertThat(server.asked()).isEmpty();
            assertVersion(server.environment(), "server 7.1.0 at " + server.url() + "\n");
            assertVersion(Map.of("NERIUM_URL", server.url()), "");
        }
        try (FakeServer older = FakeServer.answering(200, "{}");
                FakeServer other = FakeServer.answering(200, "<html>")) {
            assertVersion(older.environment(), "");
            assertVersion(other.environment(), "");
        }
        assertVersion(Map.of("NERIUM_URL", "http://127.0.0.1:1", "NERIUM_KEY", "k"), "");
        assertVersion(Map.of("NERIUM_URL", "nowhere", "NERIUM_KEY", "k"), "");
    }

    private static void assertVersion(Map<String, String> environment, String server) {
        Ran ran = Ran.with(environment, "--version");

        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).matches("nerium \\d+\\.\\d+\\.\\d+\\S*\n" + Pattern.quote(server));
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        Ran ran = Ran.with(Map.of(), "pollars");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("error: Unmatched argument at index 0: 'pollars' Did you mean 'polars'?", "./nerium --help");
    }
}
