package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables with random lives read as Iceberg's own reader reads them. */
@Tag("server")
class RandomTablesTest {
    private static TestServer server;
    private static Catalog catalog;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void readsWhatIcebergReads(long seed) {
        RandomHistory history = new RandomHistory(catalog, seed);
        for (int i = 0; i < 3; i++) {
            history.live(4);
            assertThat(history.table().read(server, "SELECT * FROM t"))
                    .as(history.story())
                    .isEqualTo(history.table().expected());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112})
    void filtersAsPolarsFiltersAllRows(long seed) throws IOException {
        RandomHistory history = new RandomHistory(catalog, seed);
        history.live(8);
        String script;
        try (InputStream source = Objects.requireNonNull(getClass().getResourceAsStream("/lake/random_filters.py"))) {
            script = new String(source.readAllBytes(), StandardCharsets.UTF_8);
        }

        Reply reply = server.script(
                script, Map.of("params", Map.of("table", "default.\"random " + seed + "\"", "seed", seed)));

        assertThat(reply.status()).as(history.story() + "\n" + reply.text()).isEqualTo(200);
        Map<String, List<String>> sides = new HashMap<>(Map.of("table", new ArrayList<>(), "rows", new ArrayList<>()));
        reply.json()
                .at("/results/rows")
                .forEach(row ->
                        Objects.requireNonNull(sides.get(row.get(1).asText())).add(row.get(0) + " " + row.get(2)));
        assertThat(sides.get("table"))
                .as(history.story() + "\n" + log(reply))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(sides.get("rows"));
    }

    private static String log(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                .text();
    }
}
