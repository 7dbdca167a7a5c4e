package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts can import, and what they are told about the rest. */
@Tag("server")
class ScriptPackagesTest {
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
    void numpyComputesInTheSmallestTier() {
        Reply reply = server.script("""
                import os, sys
                loaded = "numpy" in sys.modules  # which would slow every start
                import numpy as np

                product = np.linalg.inv(np.eye(300) * 2.0) @ np.ones((300, 300))
                sizes = scan("default.flowers").select(
                    pl.col("petal_width").map_batches(np.sqrt, return_dtype=pl.Float64).max().alias("root"))
                frame = pl.DataFrame({"sum": pl.Series(np.array([product.sum()]))})
                result = sizes.with_columns(
                    pl.lit(frame.to_numpy()[0, 0]).alias("sum"), pl.lit(os.environ["OPENBLAS_NUM_THREADS"]).alias("blas"), pl.lit(loaded).alias("loaded"))
                """);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.rows()).isEqualTo("[[1.5811388300841898,45000.0,\"2\",false]]");
    }

    @Test
    void anImportThatFailsListsWhatIsInstalled() {
        Reply reply = server.script("x = 0\nimport sklearn");

        assertRefused(reply, "SCRIPT_FAILED", "ModuleNotFoundError at line 2: No module named 'sklearn'");
        assertThat(reply.details())
                .contains("Hint: Installed are: ", ", numpy, ", ", polars, ")
                .endsWith("or by pip in the environment of nerium-server.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import multiprocessing as m; m.Process(target=print).start()",
                "from concurrent.futures import ProcessPoolExecutor as P; P(2).submit(abs, 1)",
            })
    void multiprocessingIsRefusedByName(String statement) {
        Reply reply = server.script(statement);

        assertRefused(
                reply,
                "SCRIPT_FAILED",
                "MultiprocessingError at line 1: a script can't start processes by `multiprocessing`.");
        assertThat(reply.details()).contains("Hint: Polars works in parallel by itself.");
    }

    @Test
    void theRuntimeListsWhatAScriptFinds() {
        JsonNode runtime = server.get("/api/v2/runtime").json();
        Reply found = server.script("""
                import platform
                from importlib.metadata import version
                result = pl.DataFrame(
                    [[pl.__version__, platform.python_version(), version("numpy"), version("pyarrow")]],
                    schema=["polars", "python", "numpy", "pyarrow"], orient="row")
                """);

        assertThat(found.json().at("/results/rows/0").valueStream().map(JsonNode::asText))
                .containsExactly(
                        runtime.path("polars").asText(),
                        runtime.path("python").asText(),
                        runtime.at("/packages/numpy").asText(),
                        runtime.at("/packages/pyarrow").asText());
        assertThat(runtime.path("provider").asText()).isEqualTo("bubblewrap");
    }

    @Test
    void theRuntimeNeedsAKey() {
        HttpRequest request =
                HttpRequest.newBuilder(server.url().resolve("/api/v2/runtime")).build();

        assertThat(server.send(request).status()).isEqualTo(401);
    }
}
