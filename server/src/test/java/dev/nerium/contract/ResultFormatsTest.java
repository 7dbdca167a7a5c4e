package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.cli.Ran;
import dev.nerium.cli.shell.TerminalInfo;
import dev.nerium.interop.Python;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A result has one form in each format, whichever way it is fetched. */
@Tag("server")
class ResultFormatsTest {
    private static final String POLARS = "/api/v1/warehouse/polars";
    private static final String CSV = "text/csv";
    private static final String LINES = "application/x-ndjson";
    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final String PARQUET = "application/vnd.apache.parquet";

    private static TestServer server;
    private static String dtypes = "";
    private static Map<String, String> environment = Map.of();

    @BeforeAll
    static void start() throws IOException {
        // The three rows of the script are two pages.
        server = TestServer.start(Map.of("results.page-rows", "2"));
        environment = Map.of("NERIUM_URL", server.url().toString(), "NERIUM_KEY", server.key());
        try (InputStream script = ResultFormatsTest.class.getResourceAsStream("/contract/dtypes.py")) {
            dtypes = new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {CSV, LINES})
    void everyDoorSendsTheSameBytes(String type) {
        String posted = post(POLARS, script(dtypes), type).body();
        String run = detached(dtypes);
        String result = "/api/v2/runs/" + run + "/result";
        String first = get(result + "?page=0", type);
        String second = get(result + "?page=1", type);
        String format = type.equals(CSV) ? "csv" : "ndjson";

        assertThat(posted.lines()).hasSizeGreaterThan(2);
        assertThat(get(result, type)).isEqualTo(posted);
        assertThat(first + (type.equals(CSV) ? second.split("\n", 2)[1] : second))
                .isEqualTo(posted);
        assertThat(post("/api/v2/runs/" + run + "/replay", "", type).body()).isEqualTo(posted);
        assertThat(cli(dtypes, "polars", "--script", "-", "--format", format)).isEqualTo(posted);
        assertThat(cli("", "runs", "result", run, "--format", format)).isEqualTo(posted);
        assertThat(cli("", "runs", "replay", run, "--format", format)).isEqualTo(posted);
    }

    @Test
    void aStatementHasTheSameFormats() {
        String sql = "SELECT species, count(*) AS n FROM default.flowers GROUP BY species ORDER BY species";
        String body = Requests.JSON.createObjectNode().put("query", sql).toString();

        assertThat(post("/api/v1/query", body, CSV).body())
                .isEqualTo("species,n\nsetosa,50\nversicolor,50\nvirginica,50\n");
        assertThat(post("/api/v1/warehouse/query", body, LINES).body())
                .startsWith("{\"species\":\"setosa\",\"n\":50}\n");
        assertThat(post("/api/v1/query", body, PARQUET).body()).startsWith("PAR1");
    }

    /** Polars writes offsets without a colon, halves as floats, and refuses what is no scalar, bytes and durations. */
    @Test
    void csvHasTheFormOfPolars() throws IOException {
        Path csv = Files.writeString(
                Files.createTempFile("nerium-doors", ".csv"),
                post(POLARS, script(dtypes), CSV).body());
        JsonNode different = Python.run(server, "polars", """
                import csv, io, os, re
                space = {}
                exec(open(os.environ["RESOURCES"] + "/contract/dtypes.py").read(), space)
                frame = space["result"]
                lines = list(csv.reader(open("%s", newline="")))
                columns = dict(zip(lines[0], zip(*lines[1:])))
                different = {}
                for name in frame.columns:
                    try:
                        text = frame.select(name).write_csv()
                    except Exception as error:
                        different[name] = "refused"
                        continue
                    theirs = [row[0] if row else "" for row in list(csv.reader(io.StringIO(text, newline="")))[1:]]
                    theirs = [re.sub(r"([+-]\\d\\d)(\\d\\d)$", r"\\1:\\2", cell) if "zone=" in str(frame[name].dtype) else cell for cell in theirs]
                    if list(columns[name]) != theirs:
                        different[name] = [list(columns[name]), theirs]
                answer(different)
                """.formatted(csv));
        Files.delete(csv);

        Map<String, String> differences = new HashMap<>();
        different
                .properties()
                .forEach(column ->
                        differences.put(column.getKey(), column.getValue().toString()));
        assertThat(differences.remove("float16"))
                .isEqualTo("[[\"0.1\",\"65500.0\",\"\"],[\"0.099975586\",\"65504.0\",\"\"]]");
        assertThat(differences.keySet())
                .allMatch(column -> column.matches("binary|(duration|list|array|struct|map).*"))
                .hasSize(18);
        assertThat(differences.values()).containsOnly("\"refused\"");
    }

    @Test
    void everyFormatHasTheSameRows(@TempDir Path folder) throws Exception {
        String code = "result = pl.select(n=pl.int_range(5)).with_columns(t=pl.lit('ü,\"x\"'),"
                + " d=pl.col('n').cast(pl.Decimal(10, 2)), l=pl.concat_list('n', 'n'))";
        String run = detached(code);
        for (String[] format : new String[][] {{"lines", LINES}, {"arrow", ARROW}, {"parquet", PARQUET}}) {
            fetch(posting(POLARS, script(code)), format[1], folder.resolve("posted." + format[0]));
            fetch(server.request("/api/v2/runs/" + run + "/result"), format[1], folder.resolve("stored." + format[0]));
        }

        JsonNode rows = Python.run(server, "polars", """
                folder = "%s"
                expected = pl.select(n=pl.int_range(5)).with_columns(t=pl.lit('ü,"x"'),
                    d=pl.col('n').cast(pl.Decimal(10, 2)), l=pl.concat_list('n', 'n'))
                for door in ("posted", "stored"):
                    assert pl.read_ipc_stream(f"{folder}/{door}.arrow").equals(expected)
                    assert pl.read_parquet(f"{folder}/{door}.parquet").equals(expected)
                    lines = pl.read_ndjson(f"{folder}/{door}.lines").with_columns(pl.col("d").cast(pl.Decimal(10, 2)))
                    assert lines.equals(expected)
                answer(expected.height)
                """.formatted(folder));

        assertThat(rows.asInt()).isEqualTo(5);
    }

    @Test
    void aResponseWithoutFieldsHasThemInAHeader() {
        HttpResponse<String> response = post(POLARS, script("result = pl.select(a=1)"), CSV);

        assertThat(response.headers().firstValue("Content-Type")).contains(CSV);
        assertThat(response.headers().firstValue("X-Nerium-Result").orElseThrow())
                .startsWith("{\"row_count\":1,\"execution_time\":\"")
                .contains("\"run_id\":\""
                        + response.headers().firstValue("X-Nerium-Run-Id").orElseThrow() + "\"")
                .endsWith(",\"column_count\":1}");
    }

    @Test
    void anUnknownTypeIsRefusedBeforeTheRunStarts() {
        int before = runs();
        Map<String, String> requests =
                Map.of(POLARS, script("result = pl.select(a=1)"), "/api/v1/query", "{\"query\": \"SELECT 1 AS a\"}");
        for (Map.Entry<String, String> request : requests.entrySet()) {
            Reply reply = server.send(posting(request.getKey(), request.getValue())
                    .header("Accept", "text/html, image/*")
                    .build());

            assertThat(reply.status()).isEqualTo(406);
            assertThat(reply.json().path("code").asText()).isEqualTo("NOT_ACCEPTABLE");
            assertThat(reply.error())
                    .isEqualTo("Accept is 'text/html, image/*': a result is available as application/json, " + ARROW
                            + ", " + CSV + ", " + PARQUET + ", " + LINES + ".");
        }
        assertThat(runs()).isEqualTo(before);
        String stored = "/api/v2/runs/" + detached("result = pl.select(a=1)") + "/result";
        assertThat(server.send(server.request(stored)
                                .header("Accept", "text/html")
                                .build())
                        .status())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @ValueSource(strings = {CSV, LINES, ARROW})
    void rowsThatBreakOffAreNoCompleteResponse(String type) throws IOException {
        String run = detached("result = pl.LazyFrame({'t': ['x' * 1_000_000] * 40})");
        Path page = server.home().resolve("results").resolve(run).resolve("19.arrow");
        try (RandomAccessFile file = new RandomAccessFile(page.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        assertThatThrownBy(() -> get("/api/v2/runs/" + run + "/result", type)).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {CSV, LINES})
    void aClientThatPausesGetsAllRowsAndHoldsUpNobody(String type) throws Exception {
        HttpRequest request = posting(
                        POLARS, script("result = pl.LazyFrame().select(n=pl.int_range(2_000_000), t=pl.lit('text'))"))
                .header("Accept", type)
                .build();
        HttpResponse<InputStream> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String first = lines.readLine();

            Reply other = server.query("SELECT count(*) AS n FROM default.flowers");

            assertThat(first).isEqualTo(type.equals(CSV) ? "n,t" : "{\"n\":0,\"t\":\"text\"}");
            assertThat(other.rows()).isEqualTo("[[150]]");
            // One record batch, of at most a page.
            assertThat(server.nerium().resultBytes()).isLessThan(64 << 20);
            assertThat(lines.lines().count()).isEqualTo(type.equals(CSV) ? 2_000_000 : 1_999_999);
        }
    }

    private static int runs() {
        return server.get("/api/v2/runs?limit=500").json().path("runs").size();
    }

    private static String detached(String code) {
        Reply reply = server.send(server.request(POLARS)
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(script(code)))
                .build());
        String run = reply.json().path("id").asText();
        server.get("/api/v2/runs/" + run + "/logs?follow=true");
        return run;
    }

    private static String script(String code) {
        return Requests.JSON
                .createObjectNode()
                .put("mode", "script")
                .put("script", code)
                .toString();
    }

    private static HttpRequest.Builder posting(String path, String body) {
        return server.request(path).POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> post(String path, String body, String type) {
        Reply reply = server.send(posting(path, body).header("Accept", type).build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.response();
    }

    private static String get(String path, String type) {
        Reply reply = server.send(server.request(path).header("Accept", type).build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.text();
    }

    private static void fetch(HttpRequest.Builder request, String type, Path file) throws Exception {
        var response =
                HttpClient.newHttpClient().send(request.header("Accept", type).build(), BodyHandlers.ofFile(file));
        assertThat(response.statusCode()).isEqualTo(200);
    }

    private static String cli(String stdin, String... words) {
        Ran ran = Ran.on(TerminalInfo.NONE, environment, stdin, words);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran.out();
    }
}
