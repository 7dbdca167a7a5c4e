package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nerium.TestServer;
import dev.nerium.http.RawClient.Response;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that no honest client sends: each gets its status, runs nothing, and the server goes on. */
@Tag("server")
@Timeout(120)
class HttpAttacksTest {
    private static final String POST =
            "POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n";

    /** Would leave a run in the records, where it ever became a request. */
    private static final String SMUGGLED = POST + "Prefer: respond-async\r\nContent-Length: 44\r\n\r\n"
            + "{\"mode\":\"script\",\"script\":\"result = 1+1\"   }";

    private static TestServer server;
    private String before = "";

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void lookAtTheRuns() {
        before = runs();
    }

    @AfterEach
    void theServerGoesOnAndHasRunNothing() {
        assertThat(server.get("/health").status()).isEqualTo(200);
        assertThat(runs()).isEqualTo(before);
    }

    private static String runs() {
        return server.get("/api/v2/runs")
                .json()
                .path("runs")
                .findValuesAsText("id")
                .toString();
    }

    /** What is in the way of telling where a request ends (RFC 9112, sections 6 and 7). */
    static Stream<Arguments> frames() {
        return Stream.of(
                arguments(
                        "length and chunks",
                        POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                arguments("two lengths", POST + "Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + SMUGGLED),
                arguments("a list of lengths", POST + "Content-Length: 2, 60\r\n\r\n{}" + SMUGGLED),
                arguments("a negative length", POST + "Content-Length: -2\r\n\r\n{}" + SMUGGLED),
                arguments("a signed length", POST + "Content-Length: +2\r\n\r\n{}" + SMUGGLED),
                arguments("a hexadecimal length", POST + "Content-Length: 0x2\r\n\r\n{}" + SMUGGLED),
                arguments("a length of two words", POST + "Content-Length: 2 2\r\n\r\n{}" + SMUGGLED),
                arguments("a length without digits", POST + "Content-Length: \r\n\r\n{}" + SMUGGLED),
                arguments("a length above 64 bits", POST + "Content-Length: 99999999999999999999\r\n\r\n{}" + SMUGGLED),
                arguments("a space before the colon", POST + "Content-Length : 2\r\n\r\n{}" + SMUGGLED),
                arguments(
                        "an encoding that is unknown",
                        POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                arguments(
                        "an encoding before chunked",
                        POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                arguments(
                        "an encoding after chunked",
                        POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED),
                arguments(
                        "chunked twice",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                arguments(
                        "chunked behind a tabulator",
                        POST + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                arguments(
                        "a compressed body", POST + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED),
                arguments("a folded header", POST + "X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED),
                arguments(
                        "a header before all", "POST /api/v1/warehouse/polars HTTP/1.1\r\n Host: x\r\n\r\n" + SMUGGLED),
                arguments("a header without a name", POST + ": 2\r\n\r\n{}" + SMUGGLED),
                arguments("a header without a colon", POST + "Content-Length\r\n\r\n{}" + SMUGGLED),
                arguments("a header with NUL", POST + "X-Nul: a\u0000b\r\n\r\n" + SMUGGLED),
                arguments("a header with a lone CR", POST + "X-Cr: a\rb\r\n\r\n" + SMUGGLED),
                arguments(
                        "lines that end with LF alone",
                        (POST + "Content-Length: 2\r\n\r\n").replace("\r\n", "\n") + "{}" + SMUGGLED),
                arguments("a size that is no number", CHUNKED + "zz\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("a negative size", CHUNKED + "-2\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("a signed size", CHUNKED + "+2\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("a size with a prefix", CHUNKED + "0x2\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("an empty size", CHUNKED + "\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("a size with an extension", CHUNKED + "2;a=b\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("an endless extension", CHUNKED + "2;" + "a".repeat(100_000)),
                arguments("a size above 32 bits", CHUNKED + "fffffffff\r\n{}" + SMUGGLED),
                arguments("a size of 31 bits", CHUNKED + "7fffffff\r\n{}" + SMUGGLED),
                arguments("a size of 32 bits", CHUNKED + "80000002\r\n{}" + SMUGGLED),
                arguments("a size line that ends with LF", CHUNKED + "2\n{}\r\n0\r\n\r\n" + SMUGGLED),
                arguments("a chunk without an end", CHUNKED + "2\r\n{}XX0\r\n\r\n" + SMUGGLED),
                arguments("trailers", CHUNKED + "2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n" + SMUGGLED),
                arguments("a body that ends early", POST + "Content-Length: 20\r\n\r\n{}"),
                arguments("chunks that end early", CHUNKED + "5\r\n{}"),
                arguments("two keys", POST + "Authorization: Bearer other\r\nContent-Length: 2\r\n\r\n{}"),
                arguments("two hosts", POST + "Host: y\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED),
                arguments("no host", "GET /health HTTP/1.1\r\n\r\n" + SMUGGLED),
                arguments("an empty host", "GET /health HTTP/1.1\r\nHost: \r\n\r\n" + SMUGGLED),
                arguments("a port that is no number", "GET /health HTTP/1.1\r\nHost: x:y\r\n\r\n" + SMUGGLED),
                arguments("no first line", "\r\n\r\n" + SMUGGLED),
                arguments("no version", "GET /health\r\n\r\n" + SMUGGLED),
                arguments("a version of tomorrow", "GET /health HTTP/1.2\r\nHost: x\r\n\r\n" + SMUGGLED),
                arguments("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004"),
                arguments("TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
                arguments("an empty path", "GET  HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED),
                arguments("many headers", HEALTH + "X-Many: 1\r\n".repeat(5_000) + "\r\n"),
                arguments("a large header", HEALTH + "X-Large: " + "a".repeat(100_000) + "\r\n\r\n"),
                arguments("a large name", HEALTH + "a".repeat(100_000) + ": 1\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void aRequestThatCannotBeFramedIsRefusedAndEndsTheConnection(String name, String text) throws IOException {
        List<Response> responses = send(text);

        assertThat(responses).as(name).singleElement().satisfies(response -> {
            assertThat(response.status()).as(response.body()).isEqualTo(400);
            assertIsClear(response);
        });
    }

    /** Requests that are well framed, and the statuses of all that is answered on their connection. */
    static Stream<Arguments> requests() {
        return Stream.of(
                arguments("a body for GET", HEALTH + length(SMUGGLED) + SMUGGLED, List.of(200)),
                arguments(
                        "a body for a path that takes none",
                        "POST /nowhere HTTP/1.1\r\nHost: x\r\n" + length(SMUGGLED) + SMUGGLED,
                        List.of(404)),
                arguments(
                        "a body before the end of the connection",
                        "POST /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + length(SMUGGLED) + SMUGGLED,
                        List.of(404)),
                arguments(
                        "a request after the last one", HEALTH + "Connection: close\r\n\r\n" + SMUGGLED, List.of(200)),
                arguments("one of several options", HEALTH + "Connection: x, Close\r\n\r\n" + SMUGGLED, List.of(200)),
                arguments(
                        "a large body without a key",
                        "POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"
                                + " ".repeat(200_000) + SMUGGLED,
                        List.of(401)),
                arguments(
                        "chunks without a key",
                        CHUNKED.replace("KEY", "no") + "2\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
                        List.of(401)),
                arguments(
                        "a body that waits for 100",
                        "POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + length(SMUGGLED) + SMUGGLED,
                        List.of(404)),
                arguments("another expectation", HEALTH + "Expect: x\r\n\r\n", List.of(200)),
                arguments("a pipeline", (HEALTH + "\r\n").repeat(20), Collections.nCopies(20, 200)),
                arguments(
                        "an upgrade to HTTP/2",
                        HEALTH
                                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
                        List.of(200)),
                arguments(
                        "an upgrade to WebSocket",
                        HEALTH
                                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                        List.of(200)),
                arguments("a header that is no text", HEALTH + "X-Bytes: \u00ff\u00fe\u0080\r\n\r\n", List.of(200)),
                arguments(
                        "a key that is no text",
                        "GET /api/v2/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u00ff\u00fe\r\n\r\n",
                        List.of(401)),
                arguments(
                        "a run id that is no text",
                        POST + "X-Nerium-Run-Id: \u00ff\r\nContent-Length: 2\r\n\r\n{}",
                        List.of(400)),
                arguments(
                        "a run id that is none",
                        POST + "X-Nerium-Run-Id: 1-2-3-4-5\r\nContent-Length: 2\r\n\r\n{}",
                        List.of(400)),
                arguments(
                        "a long query",
                        "GET /health?" + "a".repeat(60_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                        List.of(200)),
                arguments(
                        "a query that is too long",
                        "GET /health?" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                        List.of(414)),
                arguments("HTTP/1.0", "GET /health HTTP/1.0\r\n\r\n", List.of(505)),
                arguments(
                        "HTTP/1.0 of a proxy",
                        "GET /health HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n" + SMUGGLED,
                        List.of(505)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void whatFollowsARequestIsNoRequestUnlessItIsOne(String name, String text, List<Integer> statuses)
            throws IOException {
        List<Response> responses = send(text);

        assertThat(responses).as(name).extracting(Response::status).isEqualTo(statuses);
        assertThat(responses).allSatisfy(HttpAttacksTest::assertIsClear);
    }

    /** Methods and targets, and the status of each; none reads a file or reaches a route without its key. */
    static Stream<Arguments> targets() {
        return Stream.of(
                arguments("TRACE /health", 405),
                arguments("CONNECT localhost:22", 404),
                arguments("OPTIONS *", 404),
                arguments("get /health", 200),
                arguments("FOO /health", 405),
                arguments("G@T /health", 400),
                arguments("M" + "M".repeat(5_000) + " /health", 405),
                arguments("GET http://elsewhere/health", 200),
                arguments("GET http://elsewhere/api/v2/runs", 401),
                arguments("GET health", 404),
                arguments("GET /../../etc/passwd", 404),
                arguments("GET /docs/../../../etc/passwd", 404),
                arguments("GET /docs/%2e%2e/%2e%2e/etc/passwd", 404),
                arguments("GET /docs/..%2f..%2fetc%2fpasswd", 404),
                arguments("GET /docs/..%5c..%5cetc", 404),
                arguments("GET /docs/..\\..\\etc", 400),
                arguments("GET /docs/swagger-ui.css%00.js", 404),
                arguments("GET /docs/%00", 404),
                arguments("GET //health", 200),
                arguments("GET //elsewhere/health", 404),
                arguments("GET /health%2f", 404),
                arguments("GET /%2fhealth", 404),
                arguments("GET /health/", 404),
                arguments("GET /health;a=b", 200),
                arguments("GET /api/v2/x/../runs", 401),
                arguments("GET /api/v2/runs/%2e%2e/runs", 404),
                arguments("GET /health%", 400),
                arguments("GET /health%zz", 400),
                arguments("GET /health%c3%28", 404),
                arguments("GET /\u00ff", 404),
                arguments("GET /health#fragment", 200),
                arguments("GET /health?a=%zz", 400),
                arguments("GET /health?a=<script>", 400));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void strangeMethodsAndTargetsLeadNowhere(String line, int status) throws IOException {
        List<Response> responses = send(line + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(responses).singleElement().satisfies(response -> {
            assertThat(response.status()).as(response.body()).isEqualTo(status);
            assertThat(response.body()).doesNotContain("root:");
            assertIsClear(response);
        });
    }

    /** Ids of runs that are none. */
    static Stream<String> ids() {
        return Stream.of(
                "1",
                "1-2-3-4-5",
                "%00",
                "%zz",
                "..",
                "%2e%2e",
                "a%2fb",
                "\u00ff",
                "x".repeat(5_000),
                "%f0%9f%98%80",
                "01890000-0000-4000-8000-000000000000",
                "01890000-0000-7000-8000-00000000000g");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ids")
    void aRunIdThatIsNoneIsNotFoundOrRefused(String id) throws IOException {
        for (String line :
                List.of("GET /api/v2/runs/" + id, "DELETE /api/v2/runs/" + id, "GET /api/v2/runs/" + id + "/result")) {
            List<Response> responses = send(line + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\n\r\n");

            assertThat(responses).singleElement().satisfies(response -> {
                assertThat(response.status()).as(line + response.body()).isIn(400, 404, 405);
                assertIsClear(response);
            });
        }
    }

    @Test
    void aConnectionThatTheClientWantsClosedIsClosed() throws IOException {
        try (RawClient client = new RawClient(server.url())) {
            Response response =
                    client.send(HEALTH + "Connection: close\r\n\r\n").response().orElseThrow();

            assertThat(response.closes()).isTrue();
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aBodyIsAskedForWithOneHundredWhereItIsWanted() throws IOException {
        String body =
                "{\"mode\":\"query\",\"query\":\"select 1 as one from f limit 1\",\"tables\":[\"f=default.nothing\"]}";
        try (RawClient client = new RawClient(server.url())) {
            client.send(keyed(POST) + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n");
            assertThat(client.response().orElseThrow().status()).isEqualTo(100);

            assertThat(client.send(body).response().orElseThrow().status()).isEqualTo(400);
            assertThat(client.send(HEALTH + "\r\n").response().orElseThrow().status())
                    .isEqualTo(200);
        }
        before = runs();
    }

    @Test
    void aConnectionOutlivesRefusedRequestsWithSmallBodies() throws IOException {
        try (RawClient client = new RawClient(server.url())) {
            for (int i = 0; i < 3; i++) {
                client.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
                assertThat(client.response().orElseThrow().status()).isEqualTo(404);
            }
        }
    }

    private static List<Response> send(String text) throws IOException {
        try (RawClient client = new RawClient(server.url())) {
            try {
                client.send(keyed(text)).end();
            } catch (java.net.SocketException refused) {
                // The server need not read all of it.
            }
            return client.responses();
        }
    }

    private static String keyed(String text) {
        return text.replace("KEY", server.key());
    }

    /** Behind other headers. */
    private static String length(String body) {
        return "Content-Length: " + keyed(body).length() + "\r\n\r\n";
    }

    private static void assertIsClear(Response response) {
        assertThat(response.body())
                .doesNotContain("Exception", "java.", "io.helidon", "For input string", "dev.nerium", "Illegal hex");
    }
}
