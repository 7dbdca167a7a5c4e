package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a run did, planned or done again on the snapshots that it read. */
@Tag("server")
class ReplayTest {
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
    void aReplayReadsWhatTheRunRead() {
        write("default.counted", "overwrite", "[1, 2, 3]");
        Reply first = server.query("select sum(n) as s from t", "t=default.counted");
        write("default.counted", "append", "[100]");

        Reply again = replay(first, "");

        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(again.rows()).isEqualTo("[[6]]").isEqualTo(first.rows());
        assertThat(server.query("select sum(n) as s from t", "t=default.counted")
                        .rows())
                .isEqualTo("[[106]]");
    }

    @Test
    void aScriptIsReplayedWithItsParamsAndTheTablesThatItNamed() {
        write("default.named", "overwrite", "[1]");
        Reply first = server.script(
                "result = scan('default.named').with_columns(p=pl.lit(params['p']))",
                Map.of("params", Map.of("p", "x")));
        write("default.named", "overwrite", "[2]");

        assertThat(replay(first, "").rows()).isEqualTo("[[1,\"x\"]]");
    }

    @Test
    void aReplayWritesOnlyWhereItIsTold() {
        Reply first = server.script(
                "result = pl.LazyFrame({'n': [1]})",
                Map.of("destination", "default.written_once", "saveMode", "append"));

        assertThat(replay(first, "").json().has("saved")).isFalse();
        assertThat(count("default.written_once")).isEqualTo("[[1]]");

        Reply elsewhere = replay(first, "{\"destination\": \"default.written_again\", \"saveMode\": \"append\"}");
        assertThat(elsewhere.json().path("saved").path("rows_written").asInt()).isEqualTo(1);
        assertThat(count("default.written_again")).isEqualTo("[[1]]");
    }

    @Test
    void nothingElseOfAReplayCanBeChanged() {
        Reply first = server.query("select 1 as one from f limit 1", "f=default.flowers");

        Reply changed = replay(first, "{\"query\": \"select 2 from f\"}");

        assertThat(changed.status()).isEqualTo(400);
        assertThat(changed.error()).startsWith("The field 'query' is not known and can't be changed in a replay.");
    }

    @Test
    void aPlanIsMadeWhenItIsAskedFor() {
        Reply run = server.query(
                "select species, count(*) as n from f where sepal_length > 7 group by species", "f=default.flowers");
        String path = "/api/v2/runs/" + run.json().path("run_id").asText() + "/plan";

        JsonNode plan = server.get(path).json();

        assertThat(plan.path("plan").asText()).contains("AGGREGATE").contains("SELECTION");
        assertThat(plan.path("scans").path(0).path("filter").asText()).contains("sepal_length");
        assertThat(server.get(path + "?format=text").text())
                .isEqualTo(plan.path("plan").asText());
        assertThat(server.get(path + "?format=dot").text()).startsWith("digraph");
        assertThat(server.get(path + "?format=png").status()).isEqualTo(400);
    }

    @Test
    void anExplanationReadsNoData() {
        Reply made =
                server.script("result = pl.LazyFrame({'n': range(200_000)})", Map.of("destination", "default.large"));
        assertThat(made.status()).as(made.text()).isEqualTo(200);

        Reply reply = server.run("""
                {'mode': 'query', 'query': 'select * from t where n < 10', 'tables': ['t=default.large'],
                 'explain': true, 'destination': 'default.never_made'}""");

        JsonNode explain = reply.json().path("explain");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().has("results")).isFalse();
        assertThat(explain.path("columns").toString()).isEqualTo("[\"n\"]");
        assertThat(explain.path("column_types").toString()).isEqualTo("[\"Int64\"]");
        assertThat(explain.path("tables").path(0).path("snapshot_id").asLong()).isNotZero();
        assertThat(explain.path("scans").path(0).path("rows").asLong()).isEqualTo(200_000);
        assertThat(explain.path("recommended").path("vcpus").asInt()).isEqualTo(2);
        assertThat(explain.path("plan").asText()).contains("oleander.default.large");
        assertThat(server.query("select 1 from t", "t=default.never_made").status())
                .isEqualTo(400);
    }

    @Test
    void anExplanationTellsWhichFilesAreSkipped() {
        write("default.parts", "overwrite", "[1, 2]");
        write("default.parts", "append", "[10, 20]");

        JsonNode explain = server.run("""
                        {'mode': 'query', 'query': 'select * from t where n > 5', 'tables': ['t=default.parts'],
                         'explain': true}""").json().path("explain");

        assertThat(explain.path("scans").path(0).path("files").asInt()).isEqualTo(1);
        assertThat(explain.path("scans").path(0).path("files_skipped").asInt()).isEqualTo(1);
        assertThat(explain.path("scans").path(0).path("bytes_skipped").asLong()).isPositive();
    }

    @Test
    void anExplanationOfAWrongQueryFailsAsTheQueryDoes() {
        Reply reply = server.run("""
                {'mode': 'query', 'query': 'select nothing from t', 'tables': ['t=default.flowers'], 'explain': true}""");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("QUERY_FAILED");
    }

    @Test
    void anUploadCannotBeReplayed() {
        Reply run = server.send(server.request("/api/v1/catalogs/oleander/namespaces/default/tables/uploaded")
                .header("Content-Type", "text/csv")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("a\n1\n"))
                .build());
        assertThat(run.status()).as(run.text()).isEqualTo(200);

        Reply again = replay(run, "");

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.error()).endsWith("is a load: only queries and scripts can be repeated.");
    }

    private static Reply replay(Reply run, String body) {
        return server.post("/api/v2/runs/" + run.json().path("run_id").asText() + "/replay", body);
    }

    private static void write(String table, String mode, String values) {
        Reply reply = server.write("{'n': " + values + "}", Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String count(String table) {
        return server.query("select count(*) as n from t", "t=" + table).rows();
    }
}
