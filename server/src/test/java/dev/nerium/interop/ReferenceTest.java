package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.lake.ReferenceTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random statements and plans over tables of every kind, through HTTP, against Polars alone on the same rows:
 * {@code worker/tests/reference}. The properties {@code nerium.reference.seed} and {@code nerium.reference.count} choose others,
 * {@code nerium.reference.only} the number of one of them, and {@code nerium.reference.mode} those of one mode, query or script.
 * And the statements of Polars' own SQL tests, with names of the lake in their text ({@code nerium.reference.polars}: how many).
 */
@Tag("interop")
class ReferenceTest {
    private static final String SEED = System.getProperty("nerium.reference.seed", "1");
    private static final String COUNT = System.getProperty("nerium.reference.count", "60");

    private static final String POLARS = System.getProperty("nerium.reference.polars", "30");

    /** Stays, because it has the statements that were answered otherwise, as cases. */
    private static final Path FOLDER = Path.of("server", "target", "reference").toAbsolutePath();

    private static S3Server store;
    private static TestServer server;

    @BeforeAll
    static void makeTables() throws IOException {
        Files.createDirectories(FOLDER);
        store = S3Server.start();
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), "catalogs:\n" + store.catalog(home));
        // The program sends queries by three threads.
        server = TestServer.start(home, Map.of("lake.sample-table", "false", "sandbox.pool.size", "3"));
        ReferenceTables.create(server, store.url(), FOLDER);
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
    }

    @Test
    void answersAsPolarsAlone() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(FOLDER.toString(), "--seed", SEED, "--count", COUNT));
        for (String option : List.of("only", "mode")) {
            String value = System.getProperty("nerium.reference." + option);
            if (value != null) {
                arguments.add("--" + option + "=" + value);
            }
        }

        assertNoDifference("report.txt", "reference", arguments);
    }

    @Test
    void answersTheStatementsOfPolarsOwnTests() throws IOException, InterruptedException {
        assertNoDifference("polars.txt", "reference.polars_sql", List.of("--seed", SEED, "--count", POLARS));
    }

    private static void assertNoDifference(String file, String module, List<String> arguments)
            throws IOException, InterruptedException {
        Path report = FOLDER.resolve(file);
        ProcessBuilder builder = new ProcessBuilder(
                        Python.interpreter(), "-m", module, server.url().toString(), server.key())
                .directory(Path.of("worker", "tests").toFile())
                .redirectErrorStream(true)
                .redirectOutput(report.toFile());
        builder.command().addAll(arguments);

        int status = builder.start().waitFor();

        assertThat(status).as(() -> summary(report)).isZero();
    }

    /** A bad change makes thousands of differences; the end of the report counts them. */
    private static String summary(Path report) {
        try {
            String text = Files.readString(report);
            return text.substring(Math.max(0, text.length() - 20_000)) + "\nAll of it: " + report;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
