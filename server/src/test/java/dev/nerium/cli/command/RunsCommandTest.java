package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import dev.nerium.cli.ParsedCommand;
import dev.nerium.cli.Ran;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    void printsTheTracebackOfAScriptOnce() {
        String script = "print('begin')\ndef fail():\n    return {}['none']\nresult = fail()\n";
        for (String format : new String[] {"table", "csv"}) {
            Ran ran = Ran.script(environment, script, "--format", format);

            assertThat(ran.exit()).isEqualTo(1);
            // Newer versions of Python mark the expression below a line.
            String shown = ran.err().replaceAll("run [0-9a-f-]{36}", "run ID").replaceAll("(?m)^ +[~^]+\n", "");
            assertThat(shown).isEqualTo("""
                    begin
                    Traceback (most recent call last):
                      File "<script>", line 4, in <module>
                        result = fail()
                      File "<script>", line 3, in fail
                        return {}['none']
                    KeyError: 'none'
                    error: KeyError at line 3: 'none'
                      run ID
                    """);
        }
        assertThat(Ran.script(environment, "result = scan('no.table')").err()).containsOnlyOnce("scan('no.table')");
        // A mistake that keeps the script from running is not printed by it.
        assertThat(Ran.script(environment, "result = (").err()).containsOnlyOnce("File \"<script>\", line 1");
    }

    @Test
    void startsARunWithoutWaitingAndFetchesItsLogAndItsRows() {
        Ran detached = Ran.script(
                environment,
                "print('one')\nimport time\ntime.sleep(1)\nprint('two')\nresult = pl.LazyFrame({'n': range(250)})\n",
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
        String run = Ran.script(environment, "result = pl.LazyFrame({'n': range(250)})", "--detach")
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
        String run = Ran.script(environment, "import time\ntime.sleep(300)\n", "--detach")
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
        Ran piped = Ran.script(environment, script);

        assertThat(watched.err()).contains("\r\u001b[Krunning · ", "\r\u001b[K1 row · ");
        assertThat(piped.err()).startsWith("1 row · ");
    }

    @Test
    void findsTheLastRunOfItsKey() {
        String run = runOf(nerium("polars", FLOWERS, "--table", "f=default.flowers"));
        String other = server.nerium()
                .keys()
                .create("other", Scope.READ, Optional.empty())
                .text();
        Map<String, String> theirs = Map.of("NERIUM_URL", server.url().toString(), "NERIUM_KEY", other);

        assertThat(Ran.with(theirs, "runs", "show", "last").err())
                .isEqualTo("error: there is no run of this key\nhint: './nerium runs list' lists those of all keys.\n");
        String their = runOf(Ran.with(theirs, "polars", "SELECT 1 AS one"));
        assertThat(nerium("runs", "show", "last", "--format", "json").out()).startsWith("{\"id\":\"" + run + "\"");
        assertThat(Ran.with(theirs, "runs", "show", "LAST", "--format", "json").out())
                .startsWith("{\"id\":\"" + their + "\"");
        assertThat(runOf(nerium("runs", "replay", "last", "--format", "csv"))).isNotEqualTo(run);
    }

    @Test
    void findsARunByTheBeginningOfItsId() {
        String first = "01880000-0000-7000-8000-0000000000a1";
        String second = "01880000-0000-7000-8000-0000000000b2";
        for (String id : new String[] {first, second}) {
            server.script("result = pl.select(a=1)", Map.of(), UUID.fromString(id));
        }

        Ran both = nerium("runs", "show", "01880000-0000");

        assertThat(nerium("runs", "show", "01880000-0000-7000-8000-0000000000A", "--format", "json")
                        .out())
                .startsWith("{\"id\":\"" + first + "\"");
        assertThat(both.exit()).isEqualTo(1);
        assertThat(both.err())
                .startsWith("error: the ids of several runs begin with '01880000-0000'\n  " + second
                        + "  COMPLETE  script  ")
                .contains("\n  " + first + "  COMPLETE  script  ");
        assertThat(nerium("runs", "show", "01880001").err())
                .isEqualTo("error: there is no run whose id begins with '01880001'\n");
    }

    @Test
    void takesTimesThatAreRelative() {
        String run = runOf(nerium("polars", FLOWERS, "--table", "f=default.flowers"));

        assertThat(nerium("runs", "list", "--since", "1h", "--limit", "500").out())
                .contains(run);
        assertThat(nerium("runs", "list", "--until", "1h", "--limit", "500").out())
                .doesNotContain(run);
        assertThat(nerium("runs", "list", "--since", "2026-01-01T00:00:00+01:00", "--limit", "500")
                        .out())
                .contains(run);
        Ran wrong = nerium("runs", "list", "--since", "yesterday");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("--since is 'yesterday': expected how long ago, such as 90s");
    }

    @Test
    void aRunIsStoppedAfterItsTime() {
        Ran stopped = Ran.script(environment, "import time\ntime.sleep(300)\n", "--timeout", "1s");
        Ran wrong = nerium("polars", "SELECT 1", "--timeout", "500ms");

        assertThat(stopped.err()).startsWith("error: The run was stopped after 1 s");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("--timeout is '500ms': expected seconds");
    }

    @Test
    void aRunThatFailedHasItsIdInTheError() {
        Ran failed = nerium("polars", "SELECT nope FROM f", "--table", "f=default.flowers");
        Ran refused = nerium("polars", "SELECT 1", "--save", "nowhere");

        assertThat(failed.err()).containsPattern("(?m)^  run [0-9a-f-]{36}$");
        String run = failed.err().replaceAll("(?s).*\n  run ([0-9a-f-]{36})\n.*", "$1");
        assertThat(nerium("runs", "show", run).out()).containsPattern("(?m)^ state +│ FAIL$");
        assertThat(refused.err()).startsWith("error: ").doesNotContain("\n  run ");
    }

    @Test
    void aScriptsOutputAppears() {
        String script = "print('one')\nprint('two', end='')\nresult = pl.select(a=1)\n";
        Ran quick = Ran.script(environment, script, "--format", "csv");
        Ran failed = Ran.script(environment, "print('before')\n1 / 0\n");

        assertThat(quick.out()).isEqualTo("a\n1\n");
        assertThat(quick.err()).startsWith("one\ntwo\n1 row · ");
        assertThat(failed.err()).startsWith("before\n").contains("\nerror: ZeroDivisionError");
    }

    /** The script goes on only when somebody has read what it printed. */
    @Test
    void aScriptsOutputAppearsWhileItRuns() {
        UUID blocked = UUID.randomUUID();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream watched = new OutputStream() {
            private boolean cancelled;

            @Override
            public void write(int b) {
                err.write(b);
            }

            @Override
            public void flush() {
                if (!cancelled && err.toString(StandardCharsets.UTF_8).contains("first " + blocked)) {
                    cancelled = true;
                    Ran.with(environment, "runs", "cancel", "last");
                }
            }
        };
        Terminal shell = new Terminal(
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(watched, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(("print('first " + blocked + "')\nimport time\ntime.sleep(300)\n")
                        .getBytes(StandardCharsets.UTF_8)),
                environment,
                TerminalInfo.NONE);

        int exit = ParsedCommand.run(shell, "polars", "--script", "-");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("first " + blocked + "\n")
                .contains("\nerror: ");
    }

    @Test
    void showsTheColumnsOfATableThatALoadCreated(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("new.csv"), "a,day,t\n1,2026-01-31,x\n");

        Ran created = nerium("load", "default.created", file.toString());
        Ran appended = nerium("load", "default.created", file.toString());

        assertThat(created.out())
                .startsWith("new.csv: 1 rows appended to default.created (")
                .endsWith(" column │ type\n────────┼────────\n a      │ long\n day    │ date\n t      │ string\n");
        assertThat(appended.out().lines()).hasSize(1);
    }

    @Test
    void namesARunThatIsNotThere() {
        String id = UUID.randomUUID().toString();

        assertThat(nerium("runs", "show", id).err()).isEqualTo("error: There is no run '" + id + "'.\n");
        assertThat(nerium("runs", "show", "yesterday").err())
                .startsWith("error: RUN is 'yesterday': expected a run's id, the beginning of one, or last.\n");
    }

    private static Ran nerium(String... words) {
        return Ran.with(environment, words);
    }

    private static String runOf(Ran ran) {
        return ran.err().strip().replaceAll("(?s).* run ", "");
    }
}
