package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.interop.Python;
import java.util.List;
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
    /** Half of the 44 texts, each question once: {@code -Dnerium.tpch=full} asks for all of them. */
    private static final List<String> NAMES = IntStream.rangeClosed(1, 22)
            .boxed()
            .flatMap(number -> Stream.of("sql", "py")
                    .filter(language -> isFull() || number % 2 == (language.equals("sql") ? 1 : 0))
                    .map("q%02d."::concat)
                    .map(name -> name.formatted(number)))
            .toList();

    private static boolean isFull() {
        return "full".equals(System.getProperty("nerium.tpch"));
    }

    @Test
    void queriesAndScriptsAnswerAsPolarsAlone() {
        try (SparkCluster cluster = SparkCluster.start();
                TestServer server = TestServer.start(cluster.settings())) {
            JsonNode outcomes = Python.run(server, "tpch", """
                    load(0.01)
                    more["distributed"] = True
                    answer({name: compare(name) for name in "%s".split()})
                    """.formatted(String.join(" ", NAMES)));

            NAMES.forEach(
                    name -> assertThat(outcomes.path(name).asText()).as(name).isEqualTo("equal"));
        }
    }
}
