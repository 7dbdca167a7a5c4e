package dev.nerium.lake.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.IcebergTables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.metrics.MetricsReport;
import org.apache.iceberg.metrics.MetricsReporter;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes that a table, a request or another catalog names are never loaded. */
@Tag("server")
class NamedClassesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLES = "/iceberg/v1/oleander/namespaces/default/tables";
    private static final String PROPERTY = "write.location-provider.impl";
    private static final String PLAIN = "[{\"id\":1,\"name\":\"n\",\"required\":false,\"type\":\"long\"}]";
    private static final AtomicInteger LOADED = new AtomicInteger();

    private static HttpServer catalog;
    private static TestServer server;

    /** What a table may name; Iceberg makes one by either constructor. */
    public static final class Provider implements LocationProvider {
        public Provider(String location, Map<String, String> properties) {
            LOADED.addAndGet(1 + location.length() + properties.size());
        }

        @Override
        public String newDataLocation(String file) {
            return "/nowhere/" + file;
        }

        @Override
        public String newDataLocation(PartitionSpec spec, StructLike partition, String file) {
            return newDataLocation(file);
        }
    }

    /** What a catalog may name. */
    public static final class Reporter implements MetricsReporter {
        public Reporter() {
            LOADED.incrementAndGet();
        }

        @Override
        public void report(MetricsReport report) {
            LOADED.incrementAndGet();
        }
    }

    @BeforeAll
    static void start() throws IOException {
        catalog = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        catalog.createContext("/", exchange -> {
            String answer = answer(exchange.getRequestURI().getPath());
            byte[] body = (answer.isEmpty()
                            ? "{\"error\": {\"message\": \"There is none\", \"type\": \"NoSuchTableException\","
                                    + " \"code\": 404}}"
                            : answer)
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.isEmpty() ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        catalog.start();
        Path home = TestServer.newHome();
        Files.writeString(
                home.resolve("nerium.yaml"), """
                    catalogs:
                      hostile: {type: rest, uri: "http://127.0.0.1:%d"}
                    """.formatted(catalog.getAddress().getPort()));
        server = TestServer.start(home, Map.of());
    }

    /** Of a catalog with one empty namespace. */
    private static String answer(String path) {
        String reporter = "{\"metrics-reporter-impl\": \"" + Reporter.class.getName() + "\"}";
        return switch (path) {
            case "/v1/config" -> "{\"defaults\": %s, \"overrides\": %s}".formatted(reporter, reporter);
            case "/v1/namespaces" -> "{\"namespaces\": [[\"default\"]]}";
            case "/v1/namespaces/default/tables" -> "{\"identifiers\": []}";
            default -> "";
        };
    }

    @AfterAll
    static void stop() {
        server.close();
        catalog.stop(0);
    }

    @BeforeEach
    void forget() {
        LOADED.set(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {PROPERTY, "io-impl", "catalog-impl", "metrics-reporter-impl", "encryption.kms-impl", "X.IMPL"})
    void isRefusedForANewTable(String property) {
        Reply reply = server.post(TABLES, table("fresh", property));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/message").asText())
                .isEqualTo(
                        "The property '" + property + "' names a Java class ('" + Provider.class.getName()
                                + "'), and this server does not load classes that a request or a table names. Remove the property.");
        assertThat(server.get(TABLES + "/fresh").status()).isEqualTo(404);
        assertThat(LOADED).hasValue(0);
    }

    @Test
    void isRefusedInACommit() {
        assertThat(server.post(TABLES, table("changed", "comment")).status()).isEqualTo(200);

        Reply reply = server.post(TABLES + "/changed", """
            {"requirements": [], "updates": [{"action": "set-properties", "updates": {"%s": "%s"}}]}
            """.formatted(PROPERTY, Provider.class.getName()));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(server.get(TABLES + "/changed").text()).doesNotContain(PROPERTY);
        assertThat(append("changed").status()).isEqualTo(200);
        assertThat(LOADED).hasValue(0);
    }

    @Test
    void isRefusedInARegisteredTable() throws IOException {
        ObjectNode metadata = (ObjectNode)
                server.post(TABLES, table("origin", "comment")).json().path("metadata");
        ((ObjectNode) metadata.path("properties")).put(PROPERTY, Provider.class.getName());
        Path folder = server.home().resolve("lake/warehouse/default/copied");
        Path file = Files.createDirectories(folder.resolve("metadata")).resolve("other.metadata.json");
        Files.writeString(file, metadata.put("location", folder.toString()).toString());

        Reply reply = server.post(
                "/iceberg/v1/oleander/namespaces/default/register",
                JSON.writeValueAsString(Map.of("name", "registered", "metadata-location", file.toString())));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains(PROPERTY);
        assertThat(LOADED).hasValue(0);
    }

    @Test
    void isIgnoredInATableOfAnotherWriter() {
        try (IcebergTables tables = new IcebergTables(server)) {
            tables.create(
                    "foreign",
                    new Schema(Types.NestedField.optional(1, "n", Types.LongType.get())),
                    PartitionSpec.unpartitioned(),
                    SortOrder.unsorted(),
                    Map.of(PROPERTY, Provider.class.getName()));
        }

        assertThat(append("foreign").status()).isEqualTo(200);
        assertThat(append("foreign").status()).isEqualTo(200);
        assertThat(server.script(
                                """
                                result = pl.LazyFrame({'n': [7]})
                                """,
                                Map.of(
                                        "destination",
                                        "default.foreign",
                                        "saveMode",
                                        "merge",
                                        "mergeKeys",
                                        new String[] {"n"}))
                        .text())
                .contains("\"success\":true");
        assertThat(server.query("select n from t order by n", "t=default.foreign")
                        .rows())
                .isEqualTo("[[1],[1],[7]]");
        assertThat(LOADED).hasValue(0);
    }

    @Test
    void isIgnoredInTheConfigurationOfAnotherCatalog() {
        Reply reply = server.query("select * from t", "t=hostile.default.t");

        assertThat(reply.json().path("code").asText()).isEqualTo("UNKNOWN_TABLE");
        assertThat(reply.error()).isEqualTo("There is no table 'default.t'.");
        assertThat(LOADED).hasValue(0);
    }

    private static Reply append(String table) {
        return server.write("{'n': [1]}", Map.of("destination", "default." + table, "saveMode", "append"));
    }

    private static String table(String name, String property) {
        return """
            {"name": "%s", "schema": {"type": "struct", "schema-id": 0, "fields": %s}, "properties": {"%s": "%s"}}
            """.formatted(name, PLAIN, property, Provider.class.getName());
    }
}
