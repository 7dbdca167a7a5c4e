package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writes that are refused, after which the table is as it was. */
@Tag("server")
class RefusedWritesTest {
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
    void anAppendOfOtherColumnsWritesNothing() {
        Reply reply = server.script(
                "result = pl.DataFrame({'species': [1], 'colour': ['red']})",
                Map.of("destination", "default.flowers", "saveMode", "append"));

        assertRefused(reply, "SCHEMA_MISMATCH", "The result does not fit the table oleander.default.flowers.");
        assertThat(reply.details())
                .isEqualTo("column 'species' is long in the result and string in the table;"
                        + " column 'colour' is not in the table");
        assertThat(server.query("select count(*) as n from t", "t=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }

    @Test
    void aColumnWithoutANameIsRefused() {
        for (String column : List.of("pl.col('a').alias('')", "pl.struct(pl.col('a').alias('')).alias('z')")) {
            for (String table : List.of("default.flowers", "default.unnamed")) {
                Reply reply = server.script(
                        "result = pl.LazyFrame({'a': [1]}).select(" + column + ")", Map.of("destination", table));

                assertRefused(reply, "SCHEMA_MISMATCH", "The result has a column that no table can have.");
                assertThat(reply.details()).containsAnyOf("a column has no name", "'z' has a field without a name");
            }
        }
    }

    /** The first run was planned before each of the others commits, and executes until long after. */
    @Test
    void oneOfTwoOverwritesAtTheSameTimeIsAConflict() {
        Map<String, Object> to = Map.of("destination", "default.contested");
        server.script("result = pl.DataFrame({'a': [0]})", to);
        CompletableFuture<Reply> slow = CompletableFuture.supplyAsync(() -> server.script("""
                    import time

                    def slowly(frame):
                        time.sleep(6)
                        return frame

                    result = pl.LazyFrame({'a': [1]}).map_batches(slowly, schema=pl.Schema({'a': pl.Int64}))
                    """, to));

        while (!slow.isDone()) {
            assertThat(server.script("result = pl.DataFrame({'a': [2]})", to).status())
                    .isEqualTo(200);
        }

        assertThat(slow.join().status()).isEqualTo(409);
        assertThat(slow.join().error())
                .isEqualTo("The table oleander.default.contested was changed by others meanwhile;"
                        + " nothing was written.");
        assertThat(slow.join().json().path("code").asText()).isEqualTo("COMMIT_CONFLICT");
        assertThat(server.query("select a from t", "t=default.contested").rows())
                .isEqualTo("[[2]]");
    }

    @Test
    void aFileThatIsNotWhatItSaysFails() {
        Reply reply = server.send(server.request("/api/v1/catalogs/oleander/namespaces/default/tables/uploaded")
                .header("Content-Type", "application/vnd.apache.parquet")
                .POST(BodyPublishers.ofString("a,b\n1,2\n"))
                .build());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("UPLOAD_FAILED");
        assertThat(reply.error()).startsWith("The upload can't be read as parquet: ");
        assertRefused(
                server.query("select * from t", "t=default.uploaded"),
                "UNKNOWN_TABLE",
                "There is no table 'default.uploaded'.");
    }
}
