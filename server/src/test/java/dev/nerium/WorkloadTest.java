package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The API page's promises, over HTTP. */
@Tag("server")
class WorkloadTest {
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
    void answersThePagesQuery() {
        Reply reply = server.query(
                "SELECT species, avg(sepal_length) AS avg_sepal_length, avg(petal_length) AS avg_petal_length"
                        + " FROM flowers GROUP BY species ORDER BY avg_sepal_length DESC",
                "flowers=default.flowers");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("success").asBoolean()).isTrue();
        assertThat(reply.json().at("/results/columns").toString())
                .isEqualTo("[\"species\",\"avg_sepal_length\",\"avg_petal_length\"]");
        assertThat(reply.json().at("/results/rows/0/0").asText()).isEqualTo("virginica");
        assertThat(reply.json().path("row_count").asInt()).isEqualTo(3);
        assertThat(reply.json().path("execution_time").asText()).matches("\\d+ms");
        assertThat(reply.json().at("/compute/mode").asText()).isEqualTo("daytona");
        assertThat(reply.json().at("/compute/instanceType").isNull()).isTrue();
    }

    @Test
    void writesADestinationAndReadsItBack() {
        Reply written = server.script(
                "result = scan('default.flowers').group_by('species').agg(n=pl.len()).sort('species')",
                Map.of("destination", "default.by_species"));

        assertThat(written.json().path("saved").toString())
                .isEqualTo("{\"table\":\"default.by_species\",\"rows_written\":3,\"mode\":\"overwrite\"}");
        assertThat(server.query("select sum(n) as n from t", "t=default.by_species")
                        .rows())
                .isEqualTo("[[150]]");
    }
}
