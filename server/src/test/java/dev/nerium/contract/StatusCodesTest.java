package dev.nerium.contract;

import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statuses and bodies of what never becomes a workload. */
@Tag("server")
class StatusCodesTest {
    private static final String NO_RUN = "/api/v2/runs/01890000-0000-7000-8000-000000000000";
    private static final String UPLOAD = "/api/v1/catalogs/oleander/namespaces/default/tables/uploaded";
    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        admin = server.key();
    }

    @AfterEach
    void useAdminKey() {
        server.useKey(admin);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {POLARS, NO_RUN, NO_RUN + "/logs"})
    void answers401WithExactlyOneField(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.url().resolve(path));
        String method = path.equals(POLARS) ? "POST" : "GET";

        for (String authorization : new String[] {"", "Basic YTpi", "Bearer", "Bearer ", "Bearer nrm_no_key", admin}) {
            Reply reply = server.send(request.method(method, BodyPublishers.ofString("{not JSON"))
                    .setHeader("Authorization", authorization)
                    .build());
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.text()).isEqualTo("{\"error\":\"Unauthorized\"}");
            assertThat(reply.response().headers().firstValue("Content-Type")).contains("application/json");
            assertThat(reply.response().headers().firstValue("WWW-Authenticate"))
                    .contains(
                            authorization.equals("Bearer nrm_no_key")
                                    ? "Bearer error=\"invalid_token\", error_description=\"The key is unknown, expired or revoked.\""
                                    : "Bearer");
        }
    }

    @Test
    void forgetsARevokedKeyAtOnce() {
        String key = server.useKey("revoked", Scope.READ);
        assertThat(server.post(POLARS, Requests.query("")).status()).isEqualTo(200);

        server.nerium().keys().revoke("revoked");

        assertThat(key).isNotEmpty();
        assertThat(server.post(POLARS, Requests.query("")).text()).isEqualTo("{\"error\":\"Unauthorized\"}");
    }

    @Test
    void aReadKeyRunsAndLooksButDoesNotWrite() {
        server.useKey("reader", Scope.READ);

        Reply ran = server.post(POLARS, Requests.query(""));
        assertThat(ran.rows()).isEqualTo("[[1]]");
        assertThat(server.get("/api/v2/runs/" + ran.json().path("run_id").asText())
                        .status())
                .isEqualTo(200);
        assertForbidden(
                server.post(POLARS, Requests.query("\"destination\": \"default.x\"")),
                "The key 'reader' has the scope read: writing to a destination needs write.");
        assertForbidden(
                upload("text/csv", "a\n1\n"), "The key 'reader' has the scope read: uploading to a table needs write.");
    }

    @Test
    void aWriteKeyWrites() {
        server.useKey("writer", Scope.WRITE);

        Reply written = upload("text/csv", "a\n1\n");

        assertThat(written.json().path("saved").toString())
                .isEqualTo("{\"table\":\"default.uploaded\",\"rows_written\":1,\"mode\":\"append\"}");
        assertThat(written.json().path("run_id").asText()).hasSize(36);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /assets/other.js    | The console has no file of this name. Another version of the server had it: load the page again.
            /api/v1/warehouse   | There is no route /api/v1/warehouse. See /docs for the list of routes.
            /api/v2/run         | There is no route /api/v2/run. See /docs for the list of routes.
            /docs/other.js      | There is no route /docs/other.js. See /docs for the list of routes.
            /api/v2/runs/abc    | There is no run 'abc'.
            /api/v2/runs/01890000-0000-7000-8000-000000000000      | There is no run '01890000-0000-7000-8000-000000000000'.
            /api/v2/runs/01890000-0000-7000-8000-000000000000/logs | There is no run '01890000-0000-7000-8000-000000000000'.
            """)
    void answers404ForAnUnknownRouteOrRun(String path, String error) {
        Reply reply = server.get(path);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(reply.json().path("success").asBoolean(true)).isFalse();
        assertThat(reply.json().path("code").asText())
                .isEqualTo(path.startsWith("/api/v2/runs/") ? "RUN_NOT_FOUND" : "ROUTE_NOT_FOUND");
    }

    @Test
    void answers404ToTheCancelOfAnUnknownRun() {
        assertThat(server.delete(NO_RUN).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /api/v1/warehouse/polars | POST        | POST
            PUT    | /api/v1/warehouse/polars | POST        | POST
            PATCH  | /api/v1/warehouse/polars | POST        | POST
            POST   | /api/v2/runs/x           | GET, DELETE | GET or DELETE
            DELETE | /api/v2/runs/x/logs      | GET         | GET
            DELETE | /api/v1/catalogs/c/namespaces/n/tables/t | POST, PUT, GET | POST or PUT or GET
            POST   | /health                  | GET         | GET
            POST   | /docs/swagger-ui.css     | GET         | GET
            """)
    void answers405WithTheMethodsThatThePathTakes(String method, String path, String allow, String use) {
        Reply reply = server.send(
                server.request(path).method(method, BodyPublishers.noBody()).build());

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.response().headers().firstValue("Allow")).contains(allow);
        assertThat(reply.error()).isEqualTo(path + " does not support " + method + ": use " + use + ".");
        assertThat(reply.json().path("code").asText()).isEqualTo("METHOD_NOT_ALLOWED");
    }

    @Test
    void answersARequestThatIsNotHttpAsJsonToo() throws IOException {
        String reply = raw("GET /api/v2/runs/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(reply).startsWith("HTTP/1.1 400 ").contains("Content-Type: application/json");
        assertThat(reply)
                .endsWith("{\"success\":false,"
                        + "\"error\":\"The request can't be read: its first line or a header is malformed.\","
                        + "\"details\":\"The request can't be read: its first line or a header is malformed.\","
                        + "\"code\":\"INVALID_REQUEST\"}");
    }

    @Test
    void takesARunIdOnceAndOnlyOfVersion7() {
        String id = "01890000-0000-7000-8000-0000000000aa";

        assertThat(runAs(id).json().path("run_id").asText()).isEqualTo(id);
        assertRefused(runAs(id), "INVALID_REQUEST", "The run id " + id + " was used before: use a new one.");
        assertRefused(
                runAs("01890000-0000-4000-8000-0000000000aa"),
                "INVALID_REQUEST",
                "The header X-Nerium-Run-Id is '01890000-0000-4000-8000-0000000000aa': expected a UUID of version 7.");
    }

    @Test
    void saysWhichFilesAnUploadTakes() {
        String types =
                "application/avro, application/json, application/vnd.apache.arrow.file, application/vnd.apache.parquet,"
                        + " application/vnd.ms-excel, application/vnd.oasis.opendocument.spreadsheet,"
                        + " application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,"
                        + " application/x-ndjson, text/csv, text/tab-separated-values";

        assertRefused(
                upload("application/xml", "<a/>"),
                "INVALID_REQUEST",
                "The Content-Type is 'application/xml': choose " + types + ".");
        assertRefused(upload("text/csv", ""), "INVALID_REQUEST", "The body is missing: send the file.");
        assertThat(upload("Text/CSV; charset=utf-8", "a\n1\n").status()).isEqualTo(200);
    }

    @Test
    void answersInArrowWhereTheClientAcceptsIt() {
        for (String accept : new String[] {
            "application/vnd.apache.arrow.stream", "text/html, Application/vnd.apache.arrow.stream; q=0.5"
        }) {
            Reply reply = accepting(accept);
            assertThat(reply.response().headers().firstValue("Content-Type"))
                    .contains("application/vnd.apache.arrow.stream");
            assertThat(reply.response().headers().firstValue("X-Nerium-Run-Id")).isPresent();
        }
        for (String accept : new String[] {"*/*", "x;;", "application/vnd.apache.arrow.stream;q=0"}) {
            assertThat(accepting(accept).rows()).isEqualTo("[[1]]");
        }
    }

    @Test
    void aRunThatFailsAtItsLastRowSendsNoRows() {
        String code = "result = pl.LazyFrame().select(a=pl.int_range(2_000_000))"
                + ".select(pl.when(pl.col('a') < 1_999_999).then(pl.lit('1')).otherwise(pl.lit('x')).cast(pl.Int64))";

        Reply reply = server.send(server.request(POLARS)
                .header("Accept", "application/vnd.apache.arrow.stream")
                .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"" + code + "\"}"))
                .build());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("ENGINE_ERROR");
        assertThat(reply.error()).contains("conversion from `str` to `i64` failed");
    }

    private static Reply accepting(String accept) {
        return server.send(server.request(POLARS)
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(Requests.query("")))
                .build());
    }

    private static Reply runAs(String id) {
        return server.send(server.request(POLARS)
                .header("X-Nerium-Run-Id", id)
                .POST(BodyPublishers.ofString(Requests.query("")))
                .build());
    }

    private static Reply upload(String type, String body) {
        return server.send(server.request(UPLOAD)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertForbidden(Reply reply, String error) {
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(reply.json().path("code").asText()).isEqualTo("FORBIDDEN");
        assertThat(reply.json().path("success").asBoolean(true)).isFalse();
    }
}
