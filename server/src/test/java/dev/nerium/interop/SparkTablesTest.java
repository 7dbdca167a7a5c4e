package dev.nerium.interop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that Spark made in the server's own catalog: Nerium answers as Spark does. */
@Tag("spark")
@ExtendWith(SparkExtension.class)
class SparkTablesTest {
    private static TestServer server;
    private static JsonNode reads;

    @BeforeAll
    static void makeTables(Spark spark) {
        server = TestServer.start();
        reads = spark.run(server, "reads.py", "values.py", "deletes.py", "partitions.py", "run.py");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Read> reads() {
        return Read.all(reads);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reads")
    void answersAsSparkDoes(Read read) {
        read.assertAnsweredAlikeBy(server);
    }
}
