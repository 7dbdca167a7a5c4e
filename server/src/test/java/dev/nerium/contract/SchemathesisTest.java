package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemathesis reads the OpenAPI file and sends what it allows, and what it does not; every answer must fit the file. */
@Tag("server")
class SchemathesisTest {
    /** Of each operation, in each phase; {@code ./nerium test --full} sends more. */
    private static final int EXAMPLES = Integer.getInteger("nerium.schemathesis.examples", 10);

    private static final int SEED = Integer.getInteger("nerium.schemathesis.seed", 1);

    private static final long SECONDS = 180 + 30L * EXAMPLES;

    @Test
    void everyAnswerFitsTheOpenApiFile(@TempDir Path folder) throws IOException, InterruptedException {
        // It sends each request without a valid key, too.
        try (TestServer server = TestServer.start(Map.of("http.failed-keys.limit", "0"))) {
            Path output = folder.resolve("output.txt");
            Process process = new ProcessBuilder(command(server))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            String text = Files.readString(output);

            assertThat(ended).as("Ran longer than %d s:%n%s", SECONDS, text).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            assertThat(text).contains("Selected: 65/68", "Tested: 65", "Stateful");
        }
    }

    private static List<String> command(TestServer server) {
        String python = Optional.ofNullable(System.getenv("NERIUM_DEV_PYTHON"))
                .orElseThrow(() -> new AssertionError("NERIUM_DEV_PYTHON is not set: it is the Python that has"
                        + " schemathesis. Run the tests by './nerium test', which makes and sets it."));
        return List.of(
                Path.of(python).resolveSibling("schemathesis").toString(),
                "run",
                server.url().resolve("/openapi.yaml").toString(),
                "--header=Authorization: Bearer " + server.key(),
                "--phases=examples,coverage,fuzzing,stateful",
                "--max-examples=" + EXAMPLES,
                "--seed=" + SEED,
                // They would end the key of the test itself, whose id the routes of keys show.
                "--exclude-operation-id=rotateKey",
                "--exclude-operation-id=revokeKey",
                // It could refuse all runs of the other operations.
                "--exclude-operation-id=setDefaultQuota",
                "--continue-on-failure",
                "--suppress-health-check=all",
                "--warnings=off",
                "--checks=not_a_server_error,status_code_conformance,content_type_conformance,"
                        + "response_headers_conformance,response_schema_conformance,negative_data_rejection,"
                        + "unsupported_method,allow_header_conformance,ignored_auth");
    }
}
