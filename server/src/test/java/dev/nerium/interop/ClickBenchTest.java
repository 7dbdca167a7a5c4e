package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 43 statements in the manner of ClickBench over a table of its shape. Each result equals that of DuckDB. */
@Tag("interop")
class ClickBenchTest {
    private static final int ROWS = Integer.getInteger("nerium.clickbench.rows", 20_000);

    private static TestServer server;
    private static JsonNode outcomes;

    /** All statements run in one program, because each start of Python and Polars costs more than a query. */
    @BeforeAll
    static void runAll() {
        server = TestServer.start();
        outcomes = Python.run(server, "clickbench", """
                load(%d)
                answer([compare(statement) for statement in statements()])
                """.formatted(ROWS));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void equalsDuckDb(int number) {
        assertThat(outcomes.path(number - 1).asText())
                .as("statement %d", number)
                .isEqualTo("equal");
    }

    private static IntStream statements() {
        return IntStream.rangeClosed(1, 43);
    }
}
