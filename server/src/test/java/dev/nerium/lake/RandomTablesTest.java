package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables with random lives read as Iceberg's own reader reads them. */
class RandomTablesTest {
    private static TestServer server;
    private static Catalog catalog;

    @BeforeAll
    static void start() {
        server = TestServer.start();
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
}
