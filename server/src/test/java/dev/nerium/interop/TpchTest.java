package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** TPC-H at a small scale, loaded through the upload route: every answer equals that of Polars alone on the bare files. */
@Tag("interop")
class TpchTest {
    private static TestServer server;
    private static JsonNode outcomes;

    /** All in one program, because each start of Python and Polars costs more than a query. */
    @BeforeAll
    static void runAll() {
        server = TestServer.startEmpty();
        outcomes = Python.run(server, "tpch", """
                load(0.01)
                answer({name: compare(name) for name in NAMES})
                """);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the22QueriesAnswerAsPolarsAlone() {
        IntStream.rangeClosed(1, 22).forEach(number -> assertEqual("q%02d.sql".formatted(number)));
    }

    @Test
    void the22ScriptsAnswerAsPolarsAlone() {
        IntStream.rangeClosed(1, 22).forEach(number -> assertEqual("q%02d.py".formatted(number)));
    }

    private static void assertEqual(String name) {
        assertThat(outcomes.path(name).asText()).as(name).isEqualTo("equal");
    }
}
