package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same statements make the same tables in Spark and in Nerium, as Iceberg's metadata and Spark's reads show them: a third of
 * them by the seed {@code NERIUM_SAMPLE}, or all where it is {@code full}. */
@Tag("interop")
@Tag("spark")
@ExtendWith(SparkExtension.class)
class SparkStatementsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void makeTheTableThatSparkMakes(Spark spark) throws IOException {
        JsonNode found = spark.run(server, "spark/statements.py");

        assertThat(found.path("differences").toPrettyString()).isEqualTo("[ ]");
        assertThat(found.path("statements").asInt()).isGreaterThan(Spark.SAMPLE.equals("full") ? 200 : 50);
        assertThat(found.path("same").toPrettyString())
                .as("statements that docs/sql.md lists as other ones, and that are not")
                .isEqualTo("[ ]");
        String listed = Files.readString(Path.of("docs", "sql.md"));
        found.path("listed").forEach(name -> assertThat(listed).contains("| " + name.asText() + " |"));
    }
}
