package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 40 statements over a retailer's star schema, in the manner of TPC-DS: subtotals, windows over aggregates, correlated
 * subqueries, set operations, facts joined to facts. Each result equals that of Polars alone on the same rows.
 */
@Tag("interop")
class TpcdsTest {
    private static TestServer server;
    private static JsonNode outcomes;

    /** All statements run in one program, because each start of Python and Polars costs more than a query. */
    @BeforeAll
    static void runAll() {
        server = TestServer.startEmpty();
        outcomes = Python.run(server, "tpcds", """
                load()
                names = [f"q{number:02}" for number in range(1, 41)]
                answer({"files": {name: files(name) for name in APPENDS}, **{name: compare(name) for name in names}})
                """);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void factsHaveSeveralFiles() {
        assertThat(outcomes.path("files").properties())
                .allSatisfy(files ->
                        assertThat(files.getValue().asInt()).as(files.getKey()).isGreaterThanOrEqualTo(2));
        // One for each store, and one for sales without a store, of each append.
        assertThat(outcomes.at("/files/store_sales").asInt()).isEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("statements")
    void equalsPolarsAlone(String name) {
        assertThat(outcomes.path(name).asText()).as(name).isEqualTo("equal");
    }

    private static Stream<String> statements() {
        return IntStream.rangeClosed(1, 40).mapToObj("q%02d"::formatted);
    }
}
