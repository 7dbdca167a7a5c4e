package dev.nerium.contract;

import static dev.nerium.contract.Requests.JSON;
import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The request's body as a whole, and the params in it. */
@Tag("server")
class BodyTest {
    private static final int MAX_BODY = 256 * 1024;
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("http.max-body", "256KiB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {                         | at line 1, column 2 | Unexpected end-of-input: expected close marker for Object (start marker at line: 1, column: 1)
            {'mode': 'query'}         | at line 1, column 2 | Unexpected character (''' (code 39)): was expecting double-quote to start field name
            {"mode":"a","mode":"b"}   | at line 1, column 19 | Duplicate field 'mode'
            {"params":{"a":1,"a":2}}  | at line 1, column 21 | Duplicate field 'a'
            {"mode":"query"} x        | at line 1, column 19 | Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            {"mode":"query"} {}       | at line 1, column 18 | The body has data after the end of the object.
            {"vcpus":NaN}             | at line 1, column 13 | Non-standard token 'NaN'
            mode=query                | at line 1, column 6 | Unrecognized token 'mode': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            """)
    void saysWhereABodyIsNotJson(String body, String where, String details) {
        Reply reply = server.post(POLARS, body);

        assertRefused(reply, "INVALID_REQUEST", "The body is not JSON that can be read " + where + ".");
        assertThat(reply.details()).isEqualTo(details);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"[]", "null", "5", "~\"mode\"~", "true"})
    void takesNothingButAnObject(String body) {
        assertRefused(
                server.post(POLARS, body),
                "INVALID_REQUEST",
                "The body must be a JSON object, such as {\"mode\": \"query\", ...}.");
    }

    @Test
    void takesNoEmptyBody() {
        assertRefused(server.post(POLARS, ""), "INVALID_REQUEST", "The body is missing: send a JSON object.");
    }

    @Test
    void takesNoDeepNesting() {
        Reply reply = server.post(POLARS, "{\"params\":" + "[".repeat(100_000));

        assertRefused(reply, "INVALID_REQUEST", "The body is not JSON that can be read.");
        assertThat(reply.details()).isEqualTo("Document nesting depth (65) exceeds the maximum allowed (64)");
    }

    @Test
    void takesNoBrokenUtf8AndNoHalfCharacters() {
        Reply broken = send(BodyPublishers.ofByteArray("{\"mode\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1)));

        assertRefused(broken, "INVALID_REQUEST", "The body is not JSON that can be read at line 1, column 11.");
        assertThat(broken.details()).isEqualTo("Invalid UTF-8 start byte 0xff");
        assertRefused(
                server.post(POLARS, "{\"mode\":\"script\",\"script\":\"x = '\\ud800'\"}"),
                "INVALID_REQUEST",
                "The body has one half of a surrogate pair without the other: send whole characters.");
    }

    @Test
    void tellsTheLimitToABodyThatIsOverIt() {
        String body = JSON.valueToTree(Map.of("mode", "script", "script", "#".repeat(MAX_BODY)))
                .toString();

        for (Reply reply : new Reply[] {server.post(POLARS, body), send(chunked(body))}) {
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.text())
                    .isEqualTo(
                            "{\"success\":false,\"error\":\"The body is larger than the limit of 256 KiB (http.max-body).\","
                                    + "\"details\":\"The body is larger than the limit of 256 KiB (http.max-body).\","
                                    + "\"code\":\"BODY_TOO_LARGE\"}");
        }
    }

    @Test
    void takesABodyOfExactlyTheLimit() {
        String body = Requests.script("");
        String padded = body + " ".repeat(MAX_BODY - body.length());

        assertThat(server.post(POLARS, padded).rows()).isEqualTo("[[1]]");
        assertThat(send(chunked(padded)).rows()).isEqualTo("[[1]]");
        assertThat(server.post(POLARS, padded + " ").status()).isEqualTo(413);
    }

    @Test
    void aParamOf100KibFits() {
        Reply reply = server.script(
                "result = pl.DataFrame({'bytes': [len(params['text'].encode())], 'last': [params['text'][-1]]})",
                Map.of("params", Map.of("text", "x".repeat(100 * 1024 - 1) + "ü")));

        assertThat(reply.rows()).isEqualTo("[[102401,\"ü\"]]");
    }

    @Test
    void paramsReachTheScriptAsTheyWereWritten() {
        String script = "result = pl.DataFrame({'v': [v for _, v in sorted(params.items())]})";
        String params = """
                {"a": 1.10, "b": 1e3, "c": true, "d": false, "e": 123456789012345678901234567890, "f": 0.0000001,
                 "g": -0.0, "h": -0, "i": "1.10", "j": 1E400, "k": "", "l": "a\\"b\\n\\u0000😀", "ü ": 1}""";
        Reply reply = server.post(
                POLARS, "{\"params\": %s, \"mode\": \"script\", \"script\": \"%s\"}".formatted(params, script));

        assertThat(reply.rows())
                .isEqualTo("[[\"1.10\"],[\"1e3\"],[\"true\"],[\"false\"],[\"123456789012345678901234567890\"],"
                        + "[\"0.0000001\"],[\"-0.0\"],[\"-0\"],[\"1.10\"],[\"1E400\"],[\"\"],"
                        + "[\"a\\\"b\\n\\u0000😀\"],[\"1\"]]");
    }

    @Test
    void paramsKeepTheirOrder() {
        Reply reply = server.script(
                "result = pl.DataFrame({'k': list(params)})",
                Map.of(
                        "params",
                        JSON.createObjectNode()
                                .put("z", 1)
                                .put("a", 2)
                                .put("m", 3)
                                .put("b", 4)));

        assertThat(reply.rows()).isEqualTo("[[\"z\"],[\"a\"],[\"m\"],[\"b\"]]");
    }

    private static BodyPublisher chunked(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Reply send(BodyPublisher body) {
        return server.send(server.request(POLARS).POST(body).build());
    }
}
