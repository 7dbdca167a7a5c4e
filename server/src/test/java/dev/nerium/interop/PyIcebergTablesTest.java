package dev.nerium.interop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that PyIceberg made in the server's own catalog: Nerium answers as PyIceberg does. */
@Tag("interop")
class PyIcebergTablesTest {
    private static TestServer server;
    private static JsonNode noted;

    @BeforeAll
    static void makeTables() {
        server = TestServer.startEmpty(Map.of("lake.folders", "lake"));
        noted = Python.run(server, "pyiceberg", Python.resources("requests.py", "arrow.py", "pyiceberg_tables.py"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Read> reads() {
        return Read.all(noted.path("reads"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reads")
    void answersAsPyIcebergDoes(Read read) {
        read.assertAnsweredAlikeBy(server);
    }
}
