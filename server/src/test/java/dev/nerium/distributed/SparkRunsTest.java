package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workloads on a real Spark cluster, over tables of a lake that other runs write. */
@Tag("spark")
@Timeout(300)
class SparkRunsTest {
    private static SparkCluster cluster;
    private static TestServer server;

    @BeforeAll
    static void start() {
        cluster = SparkCluster.start();
        server = TestServer.start(cluster.settings());
        server.script("""
                result = pl.DataFrame({'n': [1, 2, 3, 4], 's': ['a', 'ü', None, 'a'], 'x': [0.5, float('nan'), None, -0.0]})
                """, Map.of("destination", "default.t"));
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    @Test
    void aQueryGivesTheRowsThatItGivesHere() {
        String sql = "SELECT s, COUNT(*) AS c, SUM(n) AS total FROM t GROUP BY s ORDER BY total DESC";
        Reply here = server.query(sql, "t=default.t");

        Reply there = server.run("""
                {'mode': 'query', 'query': '%s', 'tables': ['t=default.t'], 'distributed': true}""".formatted(sql));

        assertThat(there.status()).as(there.json().toString()).isEqualTo(200);
        assertThat(there.rows()).isEqualTo(here.rows());
        assertThat(there.json().at("/results/column_types"))
                .isEqualTo(here.json().at("/results/column_types"));
        assertThat(there.json().path("compute").toString())
                .isEqualTo(
                        "{\"mode\":\"spark-connect\",\"distributed\":true,\"instanceType\":null,\"clusterSize\":null,"
                                + "\"provider\":\"spark-connect\",\"vcpus\":null,\"memory_bytes\":null}");
    }

    @Test
    void aScriptWritesToATable() {
        Reply written = server.script(
                "result = scan('default.t').filter(pl.col('n') > 1).select('n', double=pl.col('n') * 2)",
                Map.of("destination", "default.doubled", "distributed", true, "clusterSize", 3));

        assertThat(written.status()).as(written.json().toString()).isEqualTo(200);
        assertThat(written.json().has("results")).isFalse();
        assertThat(written.json().path("row_count").asInt()).isEqualTo(3);
        assertThat(written.json().at("/saved/rows_written").asInt()).isEqualTo(3);
        assertThat(written.json().path("warnings").toString())
                .isEqualTo("[\"clusterSize was not used: spark-connect has the machines that it has.\"]");
        assertThat(server.query("SELECT * FROM d ORDER BY n", "d=default.doubled")
                        .rows())
                .isEqualTo("[[2,4],[3,6],[4,8]]");
    }
}
