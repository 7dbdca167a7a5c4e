package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables and catalogs that are damaged are told of at once, by name. */
@Tag("server")
class BrokenTableTest {
    @Test
    void namesTheTableAndTheFileThatCannotBeRead() throws IOException {
        try (TestServer server = TestServer.start()) {
            server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.t"));
            Path metadata = metadataFile(server);
            String whole = Files.readString(metadata);
            server.restart();

            Files.writeString(metadata, whole.substring(0, whole.length() / 2));
            assertBroken(server, metadata);
            Files.writeString(metadata, "{}");
            assertBroken(server, metadata);
            Files.delete(metadata);
            assertBroken(server, metadata);

            Files.writeString(metadata, whole);
            assertThat(server.query("select x from t", "t=default.t").rows()).isEqualTo("[[1]]");
        }
    }

    @Test
    void believesNoCatalogThatWasReplaced() throws IOException {
        try (TestServer server = TestServer.start()) {
            Path database = server.home().resolve("lake").resolve("catalog.db");
            Path away = server.home().resolve("away.db");
            Files.move(database, away);
            Files.createFile(database);

            Reply reply = server.query("select * from f", "f=default.flowers");

            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.json().path("code").asText()).isEqualTo("CATALOG_ERROR");
            Files.move(away, database, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(server.query("select * from f", "f=default.flowers").status())
                    .isEqualTo(200);
        }
    }

    private static void assertBroken(TestServer server, Path metadata) {
        Instant start = Instant.now();
        Reply reply = server.query("select x from t", "t=default.t");

        // Reading broken metadata again and again, as Iceberg does by itself, takes minutes.
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.json().path("code").asText()).isEqualTo("TABLE_METADATA_CORRUPT");
        assertThat(reply.error())
                .isEqualTo(
                        "The table default.t can't be read: its metadata file " + metadata + " is missing or damaged.");
    }

    private static Path metadataFile(TestServer server) {
        return TestLake.files(server.home(), "t").stream()
                .filter(file -> file.endsWith(".metadata.json"))
                .max(String::compareTo)
                .map(Path::of)
                .orElseThrow();
    }
}
