package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that Spark made in the server's own catalog: Nerium answers as Spark does. */
@Tag("interop")
@Tag("spark")
@ExtendWith(SparkExtension.class)
class SparkTablesTest {
    private static TestServer server;
    private static JsonNode noted;

    @BeforeAll
    static void makeTables(Spark spark) {
        server = TestServer.startEmpty(Map.of("lake.folders", "lake/imported"));
        noted = spark.run(
                server,
                "requests.py",
                "spark/reads.py",
                "spark/values.py",
                "spark/deletes.py",
                "spark/partitions.py",
                "spark/evolution.py",
                "spark/history.py",
                "spark/imported.py",
                "spark/refused.py",
                "spark/run.py");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Read> reads() {
        return Read.all(noted.path("reads"));
    }

    static Stream<JsonNode> refusals() {
        return noted.path("refusals").valueStream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reads")
    void answersAsSparkDoes(Read read) {
        read.assertAnsweredAlikeBy(server);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void saysWhatItDoesNotRead(JsonNode refusal) {
        String table = refusal.path("table").asText();
        Reply reply = server.query("SELECT * FROM t", "t=" + table);

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.details())
                .contains(
                        refusal.path("says").valueStream().map(JsonNode::asText).toList());
    }
}
