package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How much of a result comes back. */
@Tag("server")
class ResultLimitsTest {
    private static final String HINT = "Hint: Set a destination to write the result to a table, or return fewer rows."
            + " To get a larger result, send Accept: application/vnd.apache.arrow.stream (or text/csv,"
            + " application/vnd.apache.parquet, application/x-ndjson), or run it detached, with Prefer: respond-async,"
            + " and fetch the rows later.";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                Map.of("results.inline-rows", "100", "results.inline-bytes", "10KiB", "results.preview-rows", "3"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aResultOfExactlyTheRowLimitComesBackWhole() {
        Reply reply = server.script("result = pl.select(a=pl.int_range(100))");

        assertThat(reply.json().at("/results/rows").size()).isEqualTo(100);
        assertThat(reply.json().path("row_count").asInt()).isEqualTo(100);
        assertThat(reply.json().has("results_truncated")).isFalse();
    }

    @Test
    void oneRowMoreIsRefusedAndSaysHowLargeItWas() {
        Reply reply = server.script("result = pl.select(a=pl.int_range(101))");

        assertRefused(
                reply,
                "RESULT_TOO_LARGE",
                "The result has 101 rows (about 808 bytes): more than the inline limit of 100 rows.");
        assertThat(reply.details()).isEqualTo(HINT);
    }

    @Test
    void tooManyBytesAreRefusedToo() {
        Reply reply = server.script("result = pl.DataFrame({'a': ['x' * 20_480]})");

        assertRefused(
                reply,
                "RESULT_TOO_LARGE",
                "The result has 1 row (about 20.0 KiB): more than the inline limit of 10.0 KiB.");
        assertThat(reply.details()).isEqualTo(HINT);
    }

    @Test
    void aQueryHasTheSameLimits() {
        assertRefused(
                server.query("SELECT sepal_length FROM t", "t=default.flowers"),
                "RESULT_TOO_LARGE",
                "The result has 150 rows (about 1.2 KiB): more than the inline limit of 100 rows.");
    }

    @Test
    void withADestinationTheFirstRowsComeBack() {
        Reply reply = server.script(
                "result = scan('default.flowers').select('species')", Map.of("destination", "default.cut"));

        assertThat(reply.rows()).isEqualTo("[[\"setosa\"],[\"setosa\"],[\"setosa\"]]");
        assertThat(reply.json().path("row_count").asInt()).isEqualTo(150);
        assertThat(reply.json().path("results_truncated").asBoolean()).isTrue();
        assertThat(reply.json().at("/saved/rows_written").asInt()).isEqualTo(150);
    }

    @Test
    void aSmallResultIsNotCut() {
        Reply reply = server.script("result = pl.DataFrame({'a': [1, 2, 3]})", Map.of("destination", "default.whole"));

        assertThat(reply.rows()).isEqualTo("[[1],[2],[3]]");
        assertThat(reply.json().has("results_truncated")).isFalse();
    }

    @Test
    void theBytesLimitCutsTheRowsOfADestinationToo() {
        Reply reply = server.script(
                "result = pl.DataFrame({'a': ['x' * 6_000, 'y' * 6_000]})", Map.of("destination", "default.wide"));

        assertThat(reply.json().at("/results/rows").size()).isEqualTo(1);
        assertThat(reply.json().path("row_count").asInt()).isEqualTo(2);
        assertThat(reply.json().path("results_truncated").asBoolean()).isTrue();
    }
}
