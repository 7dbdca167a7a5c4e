package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DuckDB reads and writes the lake through {@code /iceberg}. */
@Tag("interop")
class RestDuckDbTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.script("result = pl.DataFrame({'n': [1, 2]})", Map.of("destination", "duck.t"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readsWhatNeriumWrote() {
        JsonNode rows = duckdb("""
                answer([
                    rows("SELECT count(*), max(species) FROM lake.default.flowers WHERE sepal_length > 5"),
                    rows("SELECT sum(n) FROM lake.duck.t"),
                ])
                """);

        assertThat(rows.toString()).isEqualTo("[[[118,\"virginica\"]],[[3]]]");
    }

    @Test
    void writesWhatNeriumReadsAtOnce() {
        duckdb("""
                connection.sql("CREATE TABLE lake.duck.made (n BIGINT, s VARCHAR)")
                connection.sql("INSERT INTO lake.duck.made VALUES (1, 'a'), (2, 'b')")
                connection.sql("CREATE TABLE lake.duck.selected AS SELECT n + 1 AS m FROM lake.duck.made")
                answer(None)
                """);
        assertThat(server.query("SELECT sum(m) AS s FROM t", "t=duck.selected").rows())
                .isEqualTo("[[5]]");
        server.script(
                "result = pl.DataFrame({'n': [3], 's': ['c']})",
                Map.of("destination", "duck.made", "saveMode", "append"));
        JsonNode rows = duckdb("""
                connection.sql("DELETE FROM lake.duck.made WHERE n = 1")
                answer(rows("SELECT n, s FROM lake.duck.made ORDER BY n"))
                """);

        assertThat(rows.toString()).isEqualTo("[[2,\"b\"],[3,\"c\"]]");
        assertThat(server.query("SELECT n, s FROM t ORDER BY n", "t=duck.made").rows())
                .isEqualTo("[[2,\"b\"],[3,\"c\"]]");
    }

    /** DuckDB writes manifests without partition summaries. */
    @Test
    void readsTheMetadataOfDuckDbsTables() {
        duckdb("""
                connection.sql("CREATE TABLE lake.duck.described (n BIGINT, g VARCHAR)")
                connection.sql("INSERT INTO lake.duck.described VALUES (1, 'a'), (2, NULL)")
                answer(None)
                """);

        for (String name : List.of("manifests", "all_manifests", "files", "entries", "partitions", "snapshots")) {
            Reply reply = server.query("SELECT * FROM m", "m=duck.described$" + name);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.json().path("row_count").asInt()).as(reply.text()).isEqualTo(1);
        }
    }

    private static JsonNode duckdb(String program) {
        return Python.run(server, "rest_duckdb", program);
    }
}
