package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import dev.nerium.cli.Ran;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about runs, and those of a workload that need a server which really runs. */
@Tag("server")
final class RunsCommandTest {
    private static final String FLOWERS = "SELECT species, count(*) AS n FROM f GROUP BY species ORDER BY species";

    private static TestServer server;
    private static Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("results.page-rows", "100"));
        environment = Map.of("NERIUM_URL", server.url().toString(), "NERIUM_KEY", server.key());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void listsRunsAndShowsOne() {
        String run = runOf(nerium("polars", FLOWERS, "--table", "f=default.flowers"));

        Ran list = nerium("runs", "list", "--state", "complete", "--limit", "500");
        Ran show = nerium("runs", "show", run);

        assertThat(list.out()).contains(" " + run + " │ COMPLETE │ query  │ ");
        assertThat(show.out())
                .containsPattern("(?m)^ state +│ COMPLETE$")
                .containsPattern("(?m)^ rows +│ 3$")
                .containsPattern("(?m)^ input +│ oleander.default.flowers at snapshot \\d+$")
                .endsWith("    " + FLOWERS + "\n");
        assertThat(nerium("runs", "show", run, "--format", "json").out()).startsWith("{\"id\":\"" + run + "\"");
        assertThat(nerium("runs", "show", run, "--plan").out()).contains("AGGREGATE", "oleander.default.flowers");
    }

    @Test
    void showsTheOutlineOfTheRunOfAnotherKey() {
        String run = runOf(nerium("polars", FLOWERS, "--table", "f=default.flowers"));
        String key = server.nerium()
                .keys()
                .create("onlooker", Scope.READ, Optional.empty())
                .text();

        Ran show = Ran.with(Map.of("NERIUM_URL", server.url().toString(), "NERIUM_KEY", key), "runs", "show", run);

        assertThat(show.out())
                .containsPattern("(?m)^ state +│ COMPLETE$")
                .containsPattern("(?m)^ input +│ oleander.default.flowers$")
                .doesNotContain("tier", "vcpus", "SELECT");
    }

    @Test
    void saysWhatARunThatFailedWasToldAndThatMoreRunsAreThere() {
        nerium("polars", "SELECT nope FROM f", "--table", "f=default.flowers");
        nerium("polars", "SELECT nope2 FROM f", "--table", "f=default.flowers");

        Ran list = nerium("runs", "list", "--state", "FAIL", "--limit", "1");

        assertThat(list.out()).contains("│ FAIL ", "nope2").doesNotContain("│ COMPLETE");
        assertThat(list.err()).isEqualTo("there are more: --limit N, --since or --until\n");
    }

    @Test
    void startsARunWithoutWaitingAndFetchesItsLogAndItsRows() {
        Ran detached = Ran.on(
                TerminalInfo.NONE,
                environment,
                "print('one')\nimport time\ntime.sleep(1)\nprint('two')\nresult = pl.LazyFrame({'n': range(250)})\n",
                "polars",
                "--script",
                "-",
                "--detach");
        String run = detached.out().strip();

        Ran early = nerium("runs", "result", run);
        Ran followed = nerium("runs", "logs", run, "--follow");
        Ran rows = nerium("runs", "result", run, "--page", "2", "--format", "csv");

        assertThat(early.exit()).isEqualTo(1);
        assertThat(early.err()).containsPattern("error: the run is (QUEUED|RUNNING)");
        assertThat(followed.out()).isEqualTo("one\ntwo\n");
        assertThat(nerium("runs", "logs", run).out()).isEqualTo("one\ntwo\n");
        assertThat(rows.out().lines()).hasSize(51).startsWith("n", "200").endsWith("249");
        assertThat(nerium("runs", "result", run).err()).contains("250 rows", "page 0 of the pages 0 to 2");
    }

    @Test
    void writesAllRowsOfAStoredResult(@TempDir Path folder) throws IOException {
        String run = Ran.on(
                        TerminalInfo.NONE,
                        environment,
                        "result = pl.LazyFrame({'n': range(250)})",
                        "polars",
                        "--script",
                        "-",
                        "--detach")
                .out()
                .strip();
        nerium("runs", "logs", run, "--follow");
        Path file = folder.resolve("rows.csv");

        Ran printed = nerium("runs", "result", run, "--format", "csv");
        Ran lines = nerium("runs", "result", run, "--format", "ndjson");
        Ran saved = nerium("runs", "result", run, "--output", file.toString());

        assertThat(printed.out().lines()).hasSize(251).startsWith("n", "0").endsWith("249");
        assertThat(lines.out().lines()).hasSize(250).startsWith("{\"n\":0}").endsWith("{\"n\":249}");
        assertThat(saved.out()).isEmpty();
        assertThat(saved.err()).startsWith("250 rows · ").endsWith(" · run " + run + "\n");
        assertThat(file).content().isEqualTo(printed.out());
    }

    @Test
    void cancelsARunAndSaysWhenItWasTooLate() {
        String run = Ran.on(
                        TerminalInfo.NONE,
                        environment,
                        "import time\ntime.sleep(300)\n",
                        "polars",
                        "--script",
                        "-",
                        "--detach")
                .out()
                .strip();

        assertThat(nerium("runs", "cancel", run)).isEqualTo(new Ran(0, "", "cancelled\n"));
        assertThat(nerium("runs", "show", run).out()).containsPattern("(?m)^ state +│ ABORT$");
        String done = runOf(nerium("polars", FLOWERS, "--table", "f=default.flowers"));
        assertThat(nerium("runs", "cancel", done).err()).isEqualTo("the run has already ended: COMPLETE\n");
    }

    @Test
    void runsTheSameAgain() {
        String run = runOf(nerium("polars", FLOWERS, "--table", "f=default.flowers"));

        Ran again = nerium("runs", "replay", run, "--format", "csv");
        Ran saved = nerium("runs", "replay", run, "--save", "default.again");

        assertThat(again.out()).isEqualTo("species,n\nsetosa,50\nversicolor,50\nvirginica,50\n");
        assertThat(runOf(again)).isNotEqualTo(run);
        assertThat(saved.err()).contains("saved to default.again (3 rows, overwrite)");
    }

    @Test
    void explainsWithoutReading() {
        Ran ran = nerium(
                "polars", "--explain", "SELECT species FROM f WHERE petal_length > 6", "--table", "f=default.flowers");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("default.flowers │", "petal_length", "Parquet SCAN", " species │ String");
        assertThat(ran.err()).startsWith("recommended: --vcpus 2 (");
    }

    @Test
    void showsHowFarALongRunIsOnlyToAPersonAndTakesThatAwayAgain() {
        String script = "import time\ntime.sleep(2.5)\nresult = scan('default.flowers').head(1)\n";
        Ran watched = Ran.on(new TerminalInfo(false, true, 80), environment, script, "polars", "--script", "-");
        Ran piped = Ran.on(TerminalInfo.NONE, environment, script, "polars", "--script", "-");

        assertThat(watched.err()).contains("\r\u001b[Krunning · ", "\r\u001b[K1 row · ");
        assertThat(piped.err()).startsWith("1 row · ");
    }

    @Test
    void namesARunThatIsNotThere() {
        String id = UUID.randomUUID().toString();

        assertThat(nerium("runs", "show", id).err()).isEqualTo("error: There is no run '" + id + "'.\n");
        assertThat(nerium("runs", "show", "yesterday").exit()).isEqualTo(2);
    }

    private static Ran nerium(String... words) {
        return Ran.with(environment, words);
    }

    private static String runOf(Ran ran) {
        return ran.err().strip().replaceAll("(?s).* run ", "");
    }
}
