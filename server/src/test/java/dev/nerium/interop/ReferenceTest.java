package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.lake.ReferenceTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random statements and plans over tables of every kind, through HTTP, against Polars alone on the same rows:
 * {@code worker/tests/reference}. {@code -Dnerium.reference.seed} and {@code -Dnerium.reference.count} choose others.
 */
class ReferenceTest {
    private static final String SEED = System.getProperty("nerium.reference.seed", "1");
    private static final String COUNT = System.getProperty("nerium.reference.count", "1000");

    @TempDir
    private static Path folder;

    private static TestServer server;

    @BeforeAll
    static void makeTables() {
        server = TestServer.start();
        ReferenceTables.create(server, folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void answersAsPolarsAlone() throws IOException, InterruptedException {
        Path report = folder.resolve("report");
        Process process = new ProcessBuilder(
                        Python.interpreter(),
                        "-m",
                        "reference",
                        server.url().toString(),
                        server.key(),
                        folder.toString(),
                        "--seed",
                        SEED,
                        "--count",
                        COUNT)
                .directory(Path.of("worker", "tests").toFile())
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();

        int status = process.waitFor();
        assertThat(status).as(Files.readString(report)).isZero();
    }
}
