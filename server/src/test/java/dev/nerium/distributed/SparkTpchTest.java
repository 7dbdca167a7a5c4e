package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.interop.Python;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TPC-H at a small scale on a real Spark cluster: every answer equals that of Polars alone on the bare files. */
@Tag("interop")
@Tag("spark")
@Timeout(600)
class SparkTpchTest {
    @Test
    void the22QueriesAndThe22ScriptsAnswerAsPolarsAlone() {
        try (SparkCluster cluster = SparkCluster.start();
                TestServer server = TestServer.start(cluster.settings())) {
            JsonNode outcomes = Python.run(server, "tpch", """
                    load(0.01)
                    more["distributed"] = True
                    answer({name: compare(name) for name in NAMES})
                    """);

            IntStream.rangeClosed(1, 22)
                    .mapToObj("q%02d"::formatted)
                    .flatMap(name -> Stream.of(name + ".sql", name + ".py"))
                    .forEach(name ->
                            assertThat(outcomes.path(name).asText()).as(name).isEqualTo("equal"));
        }
    }
}
