package dev.nerium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.ServerProcess;
import dev.nerium.SmallDisk;
import dev.nerium.TestServer;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of any size, in files and on stdout. */
@Tag("server")
final class DownloadTest {
    private static final String LARGE = "result = pl.LazyFrame().select(n=pl.int_range(2_000_000), t=pl.lit('text'))";

    private static TestServer server;
    private static Map<String, String> environment = Map.of();

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void start() {
        server = TestServer.start();
        environment = Map.of("NERIUM_URL", server.url().toString(), "NERIUM_KEY", server.key());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void allRowsOfALargeResultArrive() throws IOException {
        Path file = folder.resolve("rows.csv");

        Ran ran = script(TerminalInfo.NONE, LARGE, "--output", file.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).startsWith("2000000 rows · ");
        try (Stream<String> lines = Files.lines(file)) {
            assertThat(lines.skip(1)
                            .mapToLong(line -> Long.parseLong(line.replace(",text", "")))
                            .sum())
                    .isEqualTo(1_999_999L * 1_000_000);
        }
        assertThat(files()).containsExactly("rows.csv");
    }

    @Test
    void aTerminalShowsHowMuchHasArrived() {
        Ran ran = script(
                new TerminalInfo(false, true, 80),
                LARGE,
                "--output",
                folder.resolve("rows.csv").toString());

        assertThat(ran.err())
                .containsPattern("\r\u001b\\[K\\d+% of 2,000,000 rows  [\\d.]+ [KM]iB  [\\d.]+ [KM]iB/s\r")
                .contains("\r\u001b[K2000000 rows · ");
    }

    @Test
    void aResultWithoutRowsHasItsColumns() {
        String script = "result = pl.LazyFrame({'a': [1], 'b': ['x']}).filter(pl.col('a') > 1)";

        assertThat(script(TerminalInfo.NONE, script, "--format", "csv").out()).isEqualTo("a,b\n");
        assertThat(script(TerminalInfo.NONE, script, "--format", "ndjson").out())
                .isEmpty();
        for (String format : new String[] {"parquet", "arrow"}) {
            Path file = folder.resolve("empty." + format);
            assertThat(script(TerminalInfo.NONE, script, "--output", file.toString())
                            .exit())
                    .isZero();
            assertThat(file).isNotEmptyFile();
        }
    }

    @Test
    void aRunThatFailsLeavesTheOldFile() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), "old");

        Ran ran = script(TerminalInfo.NONE, "result = 1 / 0", "--output", file.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(file).content().isEqualTo("old");
        assertThat(files()).containsExactly("rows.csv");
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);

        script(TerminalInfo.NONE, "result = pl.select(a=1)", "--output", link.toString());

        assertThat(link).isSymbolicLink().content().isEqualTo("a\n1\n");
        assertThat(script(TerminalInfo.NONE, "result = pl.select(a=1)", "--format", "csv", "--output", "/dev/null")
                        .exit())
                .isZero();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    @Test
    void aFullDiskIsAnErrorAndKeepsNoPart() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "1m")) {
            Path file = disk.folder().resolve("rows.csv");

            Ran ran = script(TerminalInfo.NONE, LARGE, "--output", file.toString());

            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.err()).contains("error: " + file + " can't be written\n", "No space left on device");
            assertThat(disk.folder()).isEmptyDirectory();
        }
    }

    @Test
    void aFullStdoutIsAnError() throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"))) {
            int exit = new Cli(terminal(full, err, environment, TerminalInfo.NONE, LARGE))
                    .run("polars", "--script", "-", "--format", "csv");

            assertThat(exit).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error: stdout can't be written\n");
        }
    }

    @Test
    void aServerThatIsKilledDuringADownloadIsAnError() throws IOException {
        Path home = TestServer.newHome();
        Path file = folder.resolve("rows.csv");
        try (ServerProcess killed = ServerProcess.start(home)) {
            Map<String, String> there = Map.of(
                    "NERIUM_URL",
                    killed.url().toString(),
                    "NERIUM_KEY",
                    Files.readString(home.resolve("first-key")).strip());
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            // The first line about the download ends the server.
            OutputStream ends = new OutputStream() {
                @Override
                public void write(int b) {
                    err.write(b);
                }

                @Override
                public void flush() {
                    if (err.toString(StandardCharsets.UTF_8).contains("% of 2,000,000 rows")) {
                        killed.handle().destroyForcibly();
                        killed.handle().onExit().join();
                    }
                }
            };

            int exit = new Cli(terminal(
                            new PrintStream(OutputStream.nullOutputStream()),
                            ends,
                            there,
                            new TerminalInfo(false, true, 80),
                            LARGE))
                    .run("polars", "--script", "-", "--output", file.toString());

            assertThat(exit).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("error: the connection broke");
            assertThat(files()).isEmpty();
        }
    }

    private Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static Ran script(TerminalInfo screen, String source, String... options) {
        String[] words = Stream.concat(Stream.of("polars", "--script", "-"), Stream.of(options))
                .toArray(String[]::new);
        return Ran.on(screen, environment, source, words);
    }

    private static Terminal terminal(
            PrintStream out, OutputStream err, Map<String, String> environment, TerminalInfo screen, String stdin) {
        return new Terminal(
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                environment,
                screen);
    }
}
