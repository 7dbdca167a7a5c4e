package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Questions that a table's metadata answers, asked of a table whose data files are gone. */
@Tag("server")
class MetadataAnswersTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.startEmpty();
        server.script("result = pl.DataFrame({'x': range(7)})", Map.of("destination", "default.counted"));
        server.script(
                "result = pl.DataFrame({'x': range(3)})",
                Map.of("destination", "default.counted", "saveMode", "append"));
        try (Stream<Path> files = Files.walk(server.home().resolve("lake/warehouse/default/counted/data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void countsRows() {
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.counted")
                        .rows())
                .isEqualTo("[[10]]");
        assertThat(server.script("result = scan('default.counted').select(pl.len())")
                        .rows())
                .isEqualTo("[[10]]");
    }

    @Test
    void countsTheRowsOfAnOldVersion() {
        String first = server.query(
                        "SELECT snapshot_id FROM s ORDER BY committed_at LIMIT 1", "s=default.counted$snapshots")
                .json()
                .at("/results/rows/0/0")
                .asText();

        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.counted@" + first)
                        .rows())
                .isEqualTo("[[7]]");
    }

    @Test
    void readsWhatMetadataDoesNotSay() {
        for (String sql : List.of("SELECT count(*) AS n FROM t WHERE x > 1", "SELECT sum(x) AS s FROM t")) {
            assertThat(server.query(sql, "t=default.counted").status()).isEqualTo(409);
        }
    }
}
