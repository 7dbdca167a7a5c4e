package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.auth.Key;
import dev.nerium.auth.Keys;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Scope;
import dev.nerium.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
        List<String> before = keys();

        assertThat(count()).isEqualTo("n\n150\n");

        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void aCommandThatFailsLeavesNoKey() {
        List<String> before = keys();

        Ran ran =
                Ran.with(Map.of(), "polars", "SELECT nothing FROM f", "--table", "f=default.flowers", "--home", home());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void runsAreRecordedUnderTheNameOfTheAccount() {
        String account = System.getProperty("user.name") + "@localhost";
        count();
        count();

        Ran list = Ran.with(Map.of(), "runs", "list", "--by", account, "--home", home());
        Ran last = Ran.with(Map.of(), "runs", "show", "last", "--home", home());

        assertThat(list.out().lines().filter(line -> line.contains(account)).count())
                .isGreaterThanOrEqualTo(2);
        assertThat(last.out())
                .containsPattern("(?m)^ key +│ " + Pattern.quote(account) + "$")
                .contains("count(*)");
    }

    @Test
    void aDetachedRunGoesOnAfterItsCommand() {
        String script = "import time\ntime.sleep(2)\nresult = pl.select(a=1)\n";
        String run =
                Ran.script(Map.of(), script, "--detach", "--home", home()).out().strip();
        Ran.with(Map.of(), "runs", "logs", run, "--follow", "--home", home());

        Ran rows = Ran.with(Map.of(), "runs", "result", "last", "--format", "csv", "--home", home());

        assertThat(rows.out()).as(rows.err()).isEqualTo("a\n1\n");
        assertThat(rows.err()).contains(run);
    }

    @Test
    void commandsOfOneAccountAreKeysOfTheirOwn() {
        Keys keys = server.nerium().keys();
        NewKey first = keys.createLocal("we ird/näme", Scope.READ, Duration.ofMinutes(1));
        NewKey second = keys.createLocal("we ird/näme", Scope.READ, Duration.ofMinutes(1));
        keys.create("we_ird_n_me", Scope.READ, Optional.empty());

        keys.revoke(first.key().id());

        assertThat(first.key().name()).isEqualTo("we_ird_n_me@localhost");
        assertThat(keys.authenticate(first.text())).isEmpty();
        assertThat(keys.authenticate(second.text())).isPresent();
        keys.revoke("we_ird_n_me@localhost");
        assertThat(keys.authenticate(second.text())).isEmpty();
        keys.revoke("we_ird_n_me");
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
