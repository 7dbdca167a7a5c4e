package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spark reads and writes the lake through {@code /iceberg}, while Nerium writes, too. */
@Tag("interop")
@Tag("spark")
@ExtendWith(SparkExtension.class)
class RestSparkTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void sparkAndNeriumShareTheirTables(Spark spark) {
        append();
        CompletableFuture<JsonNode> seen = CompletableFuture.supplyAsync(() -> spark.run(server, "spark/rest.py"));
        int appends = 1;
        while (!seen.isDone()) {
            append();
            appends++;
        }

        assertThat(seen.join().at("/nerium/0/0").asInt()).isBetween(1, appends);
        assertThat(seen.join().path("view").toString()).isEqualTo("[[2],[3]]");
        assertThat(rows("SELECT sum(n) AS s FROM t", "sp.nerium")).isEqualTo("[[" + (appends + 100) + "]]");
        assertThat(rows("SELECT n, s, x FROM t ORDER BY n", "sp.t")).isEqualTo("[[2,\"z\",null],[3,\"b\",null]]");
        assertThat(rows("SELECT y FROM t", "sp.made")).isEqualTo("[[8]]");
        assertThat(server.query("SELECT n FROM t", "t=sp.dropped").error())
                .startsWith("There is no table 'sp.dropped'.");
    }

    @Test
    void sparkFindsTheUuidsThatNeriumWrites(Spark spark) {
        server.post("/iceberg/v1/oleander/namespaces", "{\"namespace\": [\"ids\"]}");
        server.post("/iceberg/v1/oleander/namespaces/ids/tables", """
                {"name": "t", "schema": {"type": "struct", "fields": [
                    {"id": 1, "name": "u", "type": "uuid", "required": false},
                    {"id": 2, "name": "n", "type": "long", "required": false}]}}""");
        assertThat(server.script("""
                        u = ['00000000-0000-0000-0000-000000000001', 'F79C3E09-677C-4BBD-A479-3F349CB785E7',
                            '550e8400-e29b-41d4-a716-446655440000', None]
                        result = pl.DataFrame({'u': u, 'n': [1, 2, 3, 4]})
                        """, Map.of("destination", "ids.t", "saveMode", "append"))
                        .status())
                .isEqualTo(200);

        JsonNode seen = spark.run(server, "spark/uuids.py");

        assertThat(seen.path("found").toString()).isEqualTo("[[[1]],[[2]],[[3]],[[4]]]");
        assertThat(rows("SELECT n FROM t WHERE u = '99999999-e29b-41d4-a716-446655440000'", "ids.t"))
                .isEqualTo("[[5]]");
    }

    private static void append() {
        server.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "sp.nerium", "saveMode", "append"));
    }

    private static String rows(String sql, String table) {
        return server.query(sql, "t=" + table).rows();
    }
}
