package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run's profile names what cost time, with what was seen and what to do. */
@Tag("server")
class FindingsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        Reply made = server.script(
                "result = pl.DataFrame({'k': range(600), 'v': [f'{i:04}' for i in range(600)]})",
                Map.of("destination", "default.many"));
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        statement("CREATE TABLE default.once AS SELECT * FROM default.many");
        for (int i = 0; i < 59; i++) {
            statement("INSERT INTO default.many SELECT * FROM default.once");
        }
    }

    private static void statement(String sql) {
        Reply reply = server.statement(sql);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode findings(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/profile")
                .json()
                .path("findings");
    }

    private static List<String> kinds(Reply reply) {
        return StreamSupport.stream(findings(reply).spliterator(), false)
                .map(finding -> finding.path("kind").asText())
                .toList();
    }

    @Test
    void aGoodQueryHasNone() {
        assertThat(kinds(server.query(
                        "select species, count(*) as n from f where petal_width > 1 group by species",
                        "f=default.flowers")))
                .isEmpty();
    }

    @Test
    void manySmallFilesThatNoFilterTellsApart() {
        JsonNode findings = findings(server.query("select count(*) as n from m where k < 300", "m=default.many"));

        assertThat(findings)
                .extracting(finding -> finding.path("kind").asText())
                .containsExactlyInAnyOrder("all-files-read", "tiny-files");
        assertThat(findings.get(0).path("table").asText()).isEqualTo("oleander.default.many");
        assertThat(findings.get(0).path("evidence").asText()).startsWith("The filter pruned none of 60 files (");
        assertThat(findings.get(1).path("advice").asText())
                .isEqualTo("Compact the table: ./nerium table compact oleander.default.many");
    }

    @Test
    void aFilterThatSaysNothingOfFiles() {
        assertThat(kinds(server.query("select k from m where upper(v) = '0001'", "m=default.many")))
                .contains("unplanned-filter");
    }

    @Test
    void pythonInTheWayOfTheRows() {
        Reply reply = server.script(
                "result = scan('default.flowers').select(pl.col('species').map_elements(len, return_dtype=pl.Int64))");

        JsonNode finding = findings(reply).get(0);

        assertThat(finding.path("kind").asText()).isEqualTo("python-function");
        assertThat(finding.path("advice").asText()).startsWith("Write it with Polars' expressions");
    }

    @Test
    void joinsThatMultiply() {
        assertThat(kinds(server.query("select count(*) as n from f as a cross join f as b", "f=default.flowers")))
                .contains("cross-join");
        assertThat(kinds(server.script("""
                        f = scan('default.many').with_columns(one=1)
                        result = f.join(scan('default.flowers').with_columns(one=1), on='one').select('k', 'species')
                        """, Map.of("destination", "default.exploded"))))
                .contains("exploding-join");
    }
}
