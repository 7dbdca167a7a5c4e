package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.auth.Key;
import dev.nerium.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The temporary key of a command that runs beside a server. */
@Tag("server")
class LocalKeyTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aCommandBesideAServerNeedsNoKeyAndLeavesNone() {
        assertThat(count()).isEqualTo("n\n150\n");

        assertThat(keys()).noneMatch(name -> name.startsWith("cli-"));
    }

    @Test
    void aCommandThatFailsLeavesNoKey() {
        Ran ran =
                Ran.with(Map.of(), "polars", "SELECT nothing FROM f", "--table", "f=default.flowers", "--home", home());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(keys()).noneMatch(name -> name.startsWith("cli-"));
    }

    @Test
    void aCommandWorksBesideAServerOfAnotherVersion() throws IOException {
        Path file = server.home().resolve("server.json");
        String own = Files.readString(file);
        Files.writeString(file, own.replaceAll("\"version\":\"[^\"]*\"", "\"version\":\"0.0.1\""));
        assertThat(Files.readString(file)).isNotEqualTo(own);

        assertThat(count()).isEqualTo("n\n150\n");

        Files.writeString(file, own);
    }

    private static String count() {
        Ran ran = Ran.with(
                Map.of(),
                "polars",
                "SELECT count(*) AS n FROM f",
                "--table",
                "f=default.flowers",
                "--format",
                "csv",
                "--home",
                home());
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran.out();
    }

    private static String home() {
        return server.home().toString();
    }

    private static List<String> keys() {
        return server.nerium().keys().list().stream().map(Key::name).toList();
    }
}
