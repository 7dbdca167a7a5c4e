package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.interop.Python;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that nobody waits for: an answer at once, and rows that are fetched later. */
@Tag("server")
class AsyncRunsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NUMBERS = "result = pl.LazyFrame({'n': range(2500), 't': ['x'] * 2500})";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("results.page-rows", "1000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void answersAtOnceWithTheRunAndWhereItIs() {
        Reply reply = submit(server, "import time\ntime.sleep(0.5)\nresult = scan('default.flowers')");

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.json().path("state").asText()).isIn("QUEUED", "RUNNING");
        assertThat(header(reply, "Location"))
                .isEqualTo("/api/v2/runs/" + reply.json().path("id").asText());
        assertThat(header(reply, "Preference-Applied")).isEqualTo("respond-async");
        assertThat(server.get(header(reply, "Location") + "/result").status()).isEqualTo(202);
        JsonNode run = ended(server, reply);
        assertThat(run.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(run.path("row_count").asLong()).isEqualTo(150);
    }

    @Test
    void theRowsCanBeFetchedInPages() {
        String result = resultOf(NUMBERS);

        JsonNode first = server.get(result).json();
        JsonNode last = server.get(result + "?page=2").json();

        assertThat(first.path("pages").asInt()).isEqualTo(3);
        assertThat(first.path("row_count").asLong()).isEqualTo(2500);
        assertThat(first.path("results").path("rows").size()).isEqualTo(1000);
        assertThat(last.path("results").path("rows").size()).isEqualTo(500);
        assertThat(last.path("results").path("rows").path(499).toString()).isEqualTo("[2499,\"x\"]");
        assertThat(last.path("results").path("column_types").toString()).isEqualTo("[\"Int64\",\"String\"]");
        Reply beyond = server.get(result + "?page=3");
        assertThat(beyond.status()).isEqualTo(400);
        assertThat(beyond.error()).isEqualTo("page is '3': the result has the pages 0 to 2.");
    }

    @Test
    void theRowsCanBeFetchedAsArrowCsvAndParquet(@TempDir Path folder) throws Exception {
        String result = resultOf(NUMBERS);
        Files.write(folder.resolve("all.arrow"), fetch(result, "application/vnd.apache.arrow.stream"));
        Files.write(folder.resolve("page.arrow"), fetch(result + "?page=1", "application/vnd.apache.arrow.stream"));
        Files.write(folder.resolve("page.csv"), fetch(result + "?page=1", "text/csv"));
        Files.write(folder.resolve("page.parquet"), fetch(result + "?page=1", "application/vnd.apache.parquet"));

        JsonNode rows = Python.run(server, "polars", """
                folder = "%s"
                whole = pl.read_ipc_stream(f"{folder}/all.arrow")
                page = whole.slice(1000, 1000)
                assert whole["n"].to_list() == list(range(2500))
                assert pl.read_ipc_stream(f"{folder}/page.arrow").equals(page)
                assert pl.read_csv(f"{folder}/page.csv").equals(page)
                assert pl.read_parquet(f"{folder}/page.parquet").equals(page)
                answer(whole.height)
                """.formatted(folder));

        assertThat(rows.asInt()).isEqualTo(2500);
    }

    @Test
    void aDownloadThatBrokeOffGoesOn() throws Exception {
        String page = resultOf(NUMBERS) + "?page=0";
        byte[] whole = fetch(page, "application/vnd.apache.arrow.stream");

        var rest = HttpClient.newHttpClient()
                .send(
                        server.request(page)
                                .header("Accept", "application/vnd.apache.arrow.stream")
                                .header("Range", "bytes=1000-")
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.headers().firstValue("Content-Range"))
                .contains("bytes 1000-%d/%d".formatted(whole.length - 1, whole.length));
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(whole, 0, 1000);
        joined.writeBytes(rest.body());
        assertThat(joined.toByteArray()).isEqualTo(whole);
    }

    @Test
    void aLargeResultIsSentAsArrowWithoutTheInlineLimit() throws Exception {
        String body = script("result = pl.LazyFrame({'n': range(400_000)})");
        HttpRequest.Builder request = server.request("/api/v1/warehouse/polars").POST(BodyPublishers.ofString(body));

        var inline = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        var arrow = HttpClient.newHttpClient()
                .send(
                        request.header("Accept", "application/vnd.apache.arrow.stream")
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(inline.statusCode()).isEqualTo(400);
        assertThat(arrow.statusCode()).isEqualTo(200);
        assertThat(arrow.body().length).isGreaterThan(3_200_000);
    }

    @Test
    void aRunThatFailedTellsWhyWhenItsRowsAreWanted() {
        Reply reply = submit(server, "1 / 0");
        assertThat(ended(server, reply).path("state").asText()).isEqualTo("FAIL");

        Reply result = server.get(header(reply, "Location") + "/result");

        assertThat(result.status()).isEqualTo(400);
        assertThat(result.json().path("code").asText()).isEqualTo("SCRIPT_FAILED");
        assertThat(result.error()).contains("ZeroDivisionError");
    }

    @Test
    void anEmptyResultIsOnePageWithoutRows() {
        JsonNode page = server.get(resultOf("result = scan('default.flowers').filter(pl.lit(False))"))
                .json();

        assertThat(page.path("pages").asInt()).isEqualTo(1);
        assertThat(page.path("results").path("rows").toString()).isEqualTo("[]");
        assertThat(page.path("results").path("columns").size()).isEqualTo(5);
    }

    @Test
    void aDestinationIsWrittenAndItsPreviewKept() {
        Reply reply = server.send(asynchronous("""
                {"mode": "query", "query": "select * from f", "tables": ["f=default.flowers"],
                 "destination": "default.async_copy"}"""));

        JsonNode run = ended(server, reply);

        assertThat(run.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(run.path("output").path("rows").asLong()).isEqualTo(150);
        assertThat(run.path("output").path("snapshot_id").asLong()).isNotZero();
        assertThat(server.get(header(reply, "Location") + "/result")
                        .json()
                        .path("results")
                        .path("rows")
                        .size())
                .isEqualTo(150);
    }

    @Test
    void rowsThatNobodyAskedToKeepAreGone() {
        String id = server.query("select * from f limit 1", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();

        Reply result = server.get("/api/v2/runs/" + id + "/result");

        assertThat(result.status()).isEqualTo(410);
        assertThat(result.json().path("code").asText()).isEqualTo("RESULT_EXPIRED");
    }

    @Test
    void rowsAreForTheKeyThatAskedForThem() {
        String result = resultOf("result = pl.LazyFrame({'a': [1]})");
        String admin = server.key();
        try {
            server.useKey("other-" + System.nanoTime(), Scope.WRITE);
            assertThat(server.get(result).status()).isEqualTo(403);
        } finally {
            server.useKey(admin);
        }
    }

    @Test
    void keptRowsAreDeletedOnTime() throws IOException {
        try (TestServer own = TestServer.start(Map.of("results.retention", "1s"))) {
            Reply reply = submit(own, "result = pl.LazyFrame({'a': [1]})");
            ended(own, reply);
            String result = header(reply, "Location") + "/result";

            await().until(() -> own.get(result).status() == 410);
            await().until(() -> isEmpty(own.home().resolve("results")));
        }
    }

    @Test
    void keptRowsOutliveARestart() {
        try (TestServer own = TestServer.start()) {
            Reply reply = submit(own, "result = pl.LazyFrame({'a': [7]})");
            ended(own, reply);

            own.restart();

            assertThat(own.get(header(reply, "Location") + "/result").rows()).isEqualTo("[[7]]");
        }
    }

    @Test
    void aRunThatNobodyWaitsForCanBeCancelled() {
        Reply reply = submit(server, "import time; time.sleep(600)");
        String run = header(reply, "Location");
        await().until(() -> server.get(run).json().path("state").asText().equals("RUNNING"));

        assertThat(server.delete(run).json().path("state").asText()).isEqualTo("ABORT");

        assertThat(server.get(run + "/result").error()).isEqualTo("The run was cancelled.");
    }

    @Test
    void aFullQueueIsToldAtOnce() {
        try (TestServer own = TestServer.start(Map.of("sandbox.max-running", "1", "sandbox.max-queued", "0"))) {
            Reply first = submit(own, "import time; time.sleep(600)");
            await().until(() -> own.get(header(first, "Location"))
                    .json()
                    .path("state")
                    .asText()
                    .equals("RUNNING"));

            assertThat(submit(own, "result = pl.LazyFrame()").status()).isEqualTo(429);
            own.delete(header(first, "Location"));
        }
    }

    private static String resultOf(String source) {
        Reply reply = submit(server, source);
        assertThat(ended(server, reply).path("state").asText()).isEqualTo("COMPLETE");
        return header(reply, "Location") + "/result";
    }

    private static Reply submit(TestServer to, String source) {
        return to.send(to.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(script(source)))
                .build());
    }

    private static HttpRequest asynchronous(String body) {
        return server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static String script(String source) {
        return JSON.valueToTree(Map.of("mode", "script", "script", source)).toString();
    }

    private static JsonNode ended(TestServer at, Reply reply) {
        String run = header(reply, "Location");
        await().until(() -> at.get(run).json().path("ended_at").isTextual());
        return at.get(run).json();
    }

    private static byte[] fetch(String path, String type) throws Exception {
        var reply = HttpClient.newHttpClient()
                .send(server.request(path).header("Accept", type).build(), BodyHandlers.ofByteArray());
        assertThat(reply.statusCode())
                .as(() -> new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return reply.body();
    }

    private static String header(Reply reply, String name) {
        return reply.response().headers().firstValue(name).orElse("");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
