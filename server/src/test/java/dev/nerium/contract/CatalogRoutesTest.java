package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.lake.PartitionedTable;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes that show what the lake has. */
@Tag("server")
class CatalogRoutesTest {
    private static final String TABLES = "/api/v1/catalogs/oleander/namespaces/sales/tables";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        PartitionedTable.create(server, "sales", "days", "day", "kind");
        append("{'day': ['2026-11-01', '2026-11-01', '2026-11-02'], 'kind': ['a', 'b', None], 'x': [1, 2, 3]}");
        append("{'day': ['2026-11-01'], 'kind': ['a'], 'x': [4]}");
        server.script("result = pl.DataFrame({'x': [1, 2]})", Map.of("destination", "sales.\"odd name\""));
        server.useKey("reader", Scope.READ);
    }

    private static void append(String columns) {
        Reply reply = server.script(
                "result = pl.DataFrame(" + columns + ").with_columns(pl.col('day').str.to_date())",
                Map.of("destination", "sales.days", "saveMode", "append"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void showsTheCatalogsAndCountsTheirTablesWhenAsked() {
        JsonNode plain = get("/api/v1/catalogs");
        JsonNode counted = get("/api/v1/catalogs?counts=true");

        assertThat(plain.path("ok").asBoolean()).isTrue();
        assertThat(plain.at("/registeredCatalogs/0/name").asText()).isEqualTo("oleander");
        assertThat(plain.at("/registeredCatalogs/0/type").asText()).isEqualTo("jdbc");
        assertThat(plain.at("/registeredCatalogs/0/properties/warehouse").asText())
                .endsWith("/lake/warehouse");
        assertThat(plain.at("/registeredCatalogs/0/tableCount").isNull()).isTrue();
        assertThat(plain.path("catalogs")).isEmpty();
        // Three of the test, eight of the server.
        assertThat(counted.at("/registeredCatalogs/0/tableCount").asInt()).isEqualTo(11);
        assertThat(counted.path("catalogs").toString())
                .contains(
                        "{\"catalog\":\"oleander\",\"namespace\":\"default\",\"table\":\"flowers\"}",
                        "{\"catalog\":\"oleander\",\"namespace\":\"sales\",\"table\":\"odd name\"}");
    }

    @Test
    void showsNamespacesAndTheirTables() {
        assertThat(get("/api/v1/catalogs/oleander/namespaces").toString())
                .isEqualTo(
                        "{\"ok\":true,\"catalog\":\"oleander\",\"namespaces\":[\"default\",\"sales\",\"telemetry\"]}");
        assertThat(get(TABLES).path("tables").toString())
                .isEqualTo("[{\"catalog\":\"oleander\",\"namespace\":\"sales\",\"table\":\"days\"},"
                        + "{\"catalog\":\"oleander\",\"namespace\":\"sales\",\"table\":\"odd name\"}]");
    }

    @Test
    void showsATablesMetadata() {
        JsonNode table = get(TABLES + "/days").path("table");

        assertThat(table.path("format-version").asInt()).isEqualTo(2);
        assertThat(table.at("/schemas/0/fields/0/name").asText()).isEqualTo("day");
        assertThat(get(TABLES + "/odd%20name").at("/table/snapshots")).hasSize(1);
    }

    @Test
    void sizesAreThoseOfTheFiles() throws IOException {
        JsonNode all = get(TABLES + "/days/size");
        JsonNode day = get(TABLES + "/days/size?partitionKey=day&partitionValue=2026-11-01");
        JsonNode one = get(
                TABLES + "/days/size?partitionKey=day&partitionValue=2026-11-01&partitionKey=kind&partitionValue=a");
        JsonNode none = get(TABLES + "/days/size?partitionKey=kind&partitionValue=null");

        assertThat(all.path("sizeBytes").asText()).isEqualTo(String.valueOf(bytes("")));
        assertThat(all.path("recordCount").asText()).isEqualTo("4");
        assertThat(all.path("dataFileCount").asInt()).isEqualTo(4);
        assertThat(day.path("sizeBytes").asText()).isEqualTo(String.valueOf(bytes("day=2026-11-01")));
        assertThat(day.path("recordCount").asText()).isEqualTo("3");
        assertThat(one.path("sizeBytes").asText()).isEqualTo(String.valueOf(bytes("day=2026-11-01/kind=a")));
        assertThat(one.path("dataFileCount").asInt()).isEqualTo(2);
        assertThat(one.path("partitionFilters").toString())
                .isEqualTo("[{\"key\":\"day\",\"value\":\"2026-11-01\"},{\"key\":\"kind\",\"value\":\"a\"}]");
        assertThat(none.path("recordCount").asText()).isEqualTo("1");
    }

    @Test
    void sizesAreThoseOfTheSnapshot() {
        String first =
                get(TABLES + "/days").at("/table/snapshots/0/snapshot-id").asText();

        JsonNode size = get(TABLES + "/days/size?snapshotId=" + first);

        assertThat(size.path("snapshotId").asText()).isEqualTo(first);
        assertThat(size.path("recordCount").asText()).isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            snapshotId=x                              | 400 | snapshotId is 'x': expected a snapshot's id.
            snapshotId=17                             | 404 | has no snapshot 17
            partitionKey=day                          | 400 | partitionKey is given 1 times and partitionValue 0 times: they are pairs.
            partitionKey=x&partitionValue=1           | 400 | partitionKey is 'x': the table oleander.sales.days is partitioned by day, kind
            """)
    void refusesWhatItCantSize(String query, int status, String error) {
        Reply reply = server.get(TABLES + "/days/size?" + query);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.error()).contains(error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/catalogs/olender/namespaces                              | There is no catalog 'olender'. Did you mean 'oleander'?
            /api/v1/catalogs/oleander/namespaces/sale/tables                 | There is no namespace 'sale'. Did you mean 'sales'?
            /api/v1/catalogs/oleander/namespaces/sales/tables/day            | There is no table 'sales.day'. Did you mean 'sales.days'?
            /api/v1/catalogs/oleander/namespaces/sales/tables/day/size       | There is no table 'sales.day'. Did you mean 'sales.days'?
            """)
    void namesWhatIsNotThere(String path, String error) {
        Reply reply = server.get(path);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(reply.json().path("code").asText()).isEqualTo("TABLE_NOT_FOUND");
    }

    private static JsonNode get(String path) {
        Reply reply = server.get(path);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static long bytes(String partition) throws IOException {
        Path folder = server.home().resolve("lake/warehouse/sales/days/data").resolve(partition);
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> data = files.filter(Files::isRegularFile).toList();
            long sum = 0;
            for (Path file : data) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
