package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** UPDATE, DELETE and MERGE of Nerium leave the rows that those of Spark leave, as Spark reads them. */
@Tag("interop")
@Tag("spark")
@ExtendWith(SparkExtension.class)
class SparkRowChangesTest {
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
    void changesRowsAsSparkDoes(Spark spark) {
        JsonNode found = spark.run(server, "spark/row_changes.py");

        assertThat(found.path("differences").toPrettyString()).isEqualTo("[ ]");
        assertThat(found.path("statements").asInt()).isEqualTo(18);
    }
}
