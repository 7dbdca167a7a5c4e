package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.interop.Python;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commercial API's choice of the engine on a server with a Spark cluster, by the vendor's own client. */
@Tag("interop")
@Tag("spark")
@Timeout(300)
class VendorClusterTest {
    private static SparkCluster cluster;
    private static TestServer server;

    @BeforeAll
    static void start() {
        cluster = SparkCluster.startOne();
        server = TestServer.start(cluster.settings());
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    @Test
    void aWriteByEngineSparkIsARunToPoll() {
        JsonNode seen = Python.run(server, "vendor", """
                waited = asyncio.run(client.query_submit_and_wait(QuerySubmitAndWaitOptions(
                    sql="SELECT species, count(*) AS n FROM default.flowers GROUP BY species",
                    destination="sdk.counted", engine="spark", poll_interval_ms=200)))
                rows = read(sql="SELECT sum(n) AS n FROM sdk.counted", engine="polars").results.rows
                answer([waited.result.model_dump(), waited.state, waited.run_id, rows])
                """);

        assertThat(seen.at("/0/state").asText()).isEqualTo("SUBMITTED");
        assertThat(seen.at("/0/engine_decision/engine").asText()).isEqualTo("spark");
        assertThat(seen.at("/0/engine_decision/execution_mode").asText()).isEqualTo("distributed");
        assertThat(seen.at("/0/engine_decision/reasons").toString())
                .isEqualTo("[\"engine is spark: the cluster runs it.\"]");
        assertThat(seen.at("/0/compute/provider").asText()).isEqualTo("spark-connect");
        assertThat(seen.get(1).asText()).isEqualTo("COMPLETE");
        assertThat(seen.get(2)).isEqualTo(seen.at("/0/run_id"));
        assertThat(seen.get(3).toString()).isEqualTo("[[150]]");
    }

    @Test
    void aSmallQueryStaysInTheSandboxWithTheReason() {
        JsonNode seen = Python.run(server, "vendor", """
                answers = [read(sql="SELECT count(*) AS n FROM flowers").model_dump()]
                answers.append(read(sql="WITH f AS (SELECT * FROM flowers) SELECT count(*) AS n FROM f").model_dump())
                answers.append(submit(sql="CREATE TABLE sdk.made AS SELECT * FROM flowers").model_dump())
                answers.append(submit(sql="SELECT * FROM flowers", destination="sdk.small").model_dump())
                answer(answers)
                """);

        assertThat(seen.at("/0/results/rows").toString()).isEqualTo("[[150]]");
        assertThat(seen.at("/0/engine_decision/engine").asText()).isEqualTo("polars");
        assertThat(seen.at("/0/engine_decision/reasons").toString())
                .contains("the largest sandbox has the memory for the input", "of files are read");
        assertThat(seen.at("/1/results/rows").toString()).isEqualTo("[[150]]");
        assertThat(seen.at("/2/state").asText()).isEqualTo("COMPLETE");
        assertThat(seen.at("/2/row_count").asInt()).isEqualTo(150);
        assertThat(seen.at("/2/engine_decision/reasons").toString()).contains("the text is not a query");
        assertThat(seen.at("/3/state").asText()).isEqualTo("COMPLETE");
        assertThat(seen.at("/3/row_count").asInt()).isEqualTo(150);
    }
}
