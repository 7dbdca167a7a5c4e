package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of bodies: files and requests that are not what they say. */
@Tag("sandbox")
class UploadAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final String ARROW = "application/vnd.apache.arrow.file";

    static Stream<Arguments> files() throws IOException {
        return Stream.of(
                Arguments.of("noise as Parquet", PARQUET, noise(100_000)),
                Arguments.of("noise as Arrow", ARROW, noise(100_000)),
                Arguments.of("a Parquet file of nothing but its mark", PARQUET, bytes("PAR1PAR1")),
                Arguments.of("a footer without end", PARQUET, footer(Integer.MAX_VALUE)),
                Arguments.of("a footer of less than nothing", PARQUET, footer(-1)),
                Arguments.of("noise as a footer", PARQUET, footer(90)),
                Arguments.of("an Arrow file of nothing but its mark", ARROW, bytes("ARROW1\0\0ARROW1")),
                Arguments.of("an Arrow message without end", ARROW, message(Integer.MAX_VALUE)),
                Arguments.of("an Arrow message of less than nothing", ARROW, message(-5)),
                Arguments.of(
                        "JSON that is nested without end",
                        "application/x-ndjson",
                        bytes("{\"a\":" + "[".repeat(1_000_000))),
                Arguments.of("JSON that is no object", "application/x-ndjson", bytes("1\n\"a\"\n[]\n")),
                Arguments.of(
                        "a number without end", "application/x-ndjson", bytes("{\"a\":" + "9".repeat(1_000_000) + "}")),
                Arguments.of("a quote that is never closed", "text/csv", bytes("a\n\"" + "x\n".repeat(500_000))),
                Arguments.of("more columns than any table has", "text/csv", bytes("a,".repeat(200_000) + "\n")),
                Arguments.of("what is compressed to nearly nothing", "text/csv", gzip(64 << 20)),
                Arguments.of("NUL bytes", "text/csv", new byte[1_000_000]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isNoTable(String name, String type, byte[] file) throws IOException {
        Reply reply = SERVER.server()
                .send(SERVER.server()
                        .request("/api/v1/catalogs/oleander/namespaces/default/tables/uploaded")
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofByteArray(file))
                        .build());

        assertThat(reply.status()).isIn(200, 400);
        assertThat(reply.text()).hasSizeLessThan(200_000).doesNotContain("java.", "dev.nerium");
        try (Stream<Path> left = Files.list(SERVER.server().home().resolve("jobs/uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("params without end", body("\"params\":{" + numbered("\"p%d\":%d", 200_000) + "}")),
                Arguments.of("a param of ten megabytes", body("\"params\":{\"p\":\"" + "x".repeat(10_000_000) + "\"}")),
                Arguments.of(
                        "a table under 20,000 names",
                        body("\"tables\":[" + numbered("\"a%d=default.flowers\"", 20_000) + "]")),
                Arguments.of(
                        "more versions of a table than a run may read",
                        body("\"tables\":[" + numbered("\"a%d=default.flowers@2999-01-01T00:00:00.%09dZ\"", 1_001)
                                + "]")),
                Arguments.of("fields without end", body(numbered("\"f%d\":%d", 200_000))),
                Arguments.of("a name twice", body("\"mode\":\"query\"")),
                Arguments.of(
                        "merge keys without end",
                        body("\"mergeKeys\":[" + numbered("\"k%d\"", 200_000)
                                + "],\"saveMode\":\"merge\",\"destination\":\"default.m\"")),
                Arguments.of("a number that no machine holds", body("\"vcpus\":" + "9".repeat(900))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void isAnsweredInTime(String name, String body) {
        Reply reply = SERVER.server().post("/api/v1/warehouse/polars", body);

        assertThat(reply.status()).isIn(200, 400, 413);
        assertThat(reply.text()).hasSizeLessThan(200_000).doesNotContain("java.", "dev.nerium");
    }

    private static String body(String more) {
        return "{\"mode\":\"script\",\"script\":\"result = pl.DataFrame({'x': [1]})\"," + more + "}";
    }

    private static String numbered(String format, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(format.formatted(i, i));
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(7).nextBytes(noise);
        return noise;
    }

    private static byte[] footer(int size) {
        return ByteBuffer.allocate(112)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes("PAR1"))
                .put(noise(100))
                .putInt(size)
                .put(bytes("PAR1"))
                .array();
    }

    private static byte[] message(int size) {
        return ByteBuffer.allocate(108)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(size)
                .put(noise(100))
                .array();
    }

    private static byte[] gzip(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(new byte[size]);
        }
        return bytes.toByteArray();
    }
}
