package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.server.Nerium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Starts that must not succeed, and what a start leaves. */
@Tag("server")
class StartTest {
    @Test
    void refusesAPortThatIsTaken() {
        try (TestServer server = TestServer.startIdle(Map.of())) {
            String port = String.valueOf(server.url().getPort());

            assertThatThrownBy(() -> start(TestServer.newHome(), Map.of("http.port", port)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("Cannot listen on port " + port
                            + " of 127.0.0.1; the port may be in use. Choose another with --port.");
        }
    }

    @Test
    void refusesAHomeThatIsTaken() {
        try (TestServer server = TestServer.startIdle(Map.of())) {
            assertThatThrownBy(() -> start(server.home(), Map.of("http.port", "0")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("Another server runs with the home " + server.home());
        }
    }

    @Test
    void loadsTheSampleTableOnlyWhereItIsWanted() {
        try (TestServer with = TestServer.start();
                TestServer without = TestServer.startEmpty()) {
            String query = "SELECT count(*) AS n FROM f";

            assertThat(with.query(query, "f=default.flowers").rows()).isEqualTo("[[150]]");
            assertThat(without.query(query, "f=default.flowers").error())
                    .startsWith("There is no table 'default.flowers'");
            assertThat(without.query("SELECT 1 AS x").rows()).isEqualTo("[[1]]");
        }
    }

    @Test
    void refusesAKeyOfTheConfigurationThatNothingKnows() throws IOException {
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), "sandbox:\n  pool:\n    sizes: 3\n");

        assertThatThrownBy(() -> start(home, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(home.resolve("nerium.yaml")
                        + ": unknown key 'sandbox.pool.sizes'. Did you mean 'sandbox.pool.size'?");
    }

    @Test
    void refusesAValueInThePlaceOfASection() throws IOException {
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), "lake:\n  plan-cache: 3\n");

        assertThatThrownBy(() -> start(home, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(home.resolve("nerium.yaml")
                        + ": 'lake.plan-cache' is 3: expected keys with values: max-files.");
    }

    @Test
    void refusesASettingOfTheWrongKind() throws IOException {
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), "sandbox:\n  timeout: soon\n");

        assertThatThrownBy(() -> start(home, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'soon' is not a duration: write it like 500ms, 90s, 45m, 12h or 30d");
    }

    @Test
    void removesWhatAKilledServerLeft() throws IOException {
        Path home = TestServer.newHome();
        Path left = Files.createDirectories(home.resolve("jobs").resolve("1-1").resolve("out"));
        Files.writeString(left.resolve("half"), "x");

        start(home, Map.of("http.port", "0")).close();

        assertThat(left).doesNotExist();
    }

    @Test
    void leavesNoWorkerAfterItStopped() throws IOException {
        Path home = TestServer.newHome();

        start(home, Map.of("http.port", "0")).close();

        assertThat(home.resolve("jobs")).isEmptyDirectory();
        assertThat(home.resolve("server.json")).doesNotExist();
    }

    @Test
    void aStartThatFailsAfterTheSandboxLeavesNoWorker() throws IOException {
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("state.db"), "This is not a database.".repeat(100));

        assertThatThrownBy(() -> start(home, Map.of("http.port", "0")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("The database " + home.resolve("state.db"));

        assertThat(home.resolve("jobs")).isEmptyDirectory();
    }

    private static Nerium start(Path home, Map<String, String> overrides) {
        return Nerium.start(NeriumConfig.load(home, overrides, System.getenv()));
    }
}
