package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runs and events of a version that stored them uncompressed stay, in the order in which they came. */
@Tag("server")
@Timeout(180)
class OlderEventsTest {
    private static final String SERVER = "f96cf9e6-e19c-446c-95a7-17c7c80faf55";
    private static final String RUN = "01890000-0000-7000-8000-000000000001";
    private static final String UNSENT = "01890000-0000-7000-8000-00000000000";
    private static final String FACTS =
            "{\"versions\":{\"polars\":\"1.0.0\"},\"inputs\":[{\"table\":\"oleander.a.old\","
                    + "\"snapshotId\":77}],\"scans\":[],\"phases\":{\"execute\":1500},\"output\":{\"table\":\"oleander.a.b\","
                    + "\"snapshotId\":78,\"rows\":3,\"bytes\":9}}";

    @TempDir
    private Path folder;

    @Test
    void inSqlite() throws Exception {
        Path home = TestServer.newHome();
        check(home, "jdbc:sqlite:" + home.resolve("state.db"), Map.of());
    }

    @Test
    void inPostgres() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            check(TestServer.newHome(), url, Map.of("store.url", url, "store.user", "postgres"));
        }
    }

    private void check(Path home, String url, Map<String, String> store) throws Exception {
        Files.writeString(home.resolve("server.id"), SERVER);
        try (Connection connection = fill(url)) {
            Path archive = folder.resolve("events.ndjson");
            Map<String, String> settings = new HashMap<>(store);
            settings.put("lineage.openlineage-config", transport(archive));
            settings.put("lineage.retention", "36500d");
            try (TestServer server = TestServer.start(home, settings)) {
                String fresh = server.query("select count(*) from f", "f=default.flowers")
                        .json()
                        .path("run_id")
                        .asText();

                await().until(() -> types(server, fresh).contains("COMPLETE"));

                assertThat(types(server, RUN)).containsExactly("START", "COMPLETE");
                JsonNode run = server.get("/api/v2/runs/" + RUN).json();
                assertThat(run.path("inputs").toString()).contains("oleander.a.old", "77");
                assertThat(run.at("/output/rows").asInt()).isEqualTo(3);
                assertListed(server, fresh);
                await().until(() -> Files.exists(archive) && sent(archive).contains("COMPLETE " + fresh));
                assertThat(sent(archive)).startsWith("COMPLETE " + RUN).contains("START " + fresh);
                assertPacked(connection);
            }
        }
    }

    /** The list is one, whatever version stored an event: by page, by time and by size. */
    private static void assertListed(TestServer server, String fresh) {
        String since = "/api/v1/events?start=0&end=4000000000";
        List<JsonNode> all = elements(server.get(since + "&order=asc&limit=100").json());

        assertThat(all).hasSizeGreaterThan(4);
        assertThat(all.stream().limit(3).map(event -> event.path("id").asText()))
                .containsExactly(UNSENT + "2", UNSENT + "3", UNSENT + "4");
        for (int offset = 0; offset < all.size(); offset++) {
            assertThat(elements(server.get(since + "&order=asc&limit=1&offset=" + offset)
                            .json()))
                    .containsExactly(all.get(offset));
        }
        assertThat(elements(server.get(since + "&limit=100").json())).containsExactlyElementsOf(all.reversed());
        assertThat(elements(server.get(since + "&run_id=" + fresh).json())).hasSize(2);
        assertThat(elements(server.get(since + "&integration=SPARK").json()))
                .singleElement()
                .satisfies(event -> assertThat(event.path("id").asText()).isEqualTo(UNSENT + "4"));
    }

    private static List<JsonNode> elements(JsonNode list) {
        return list.valueStream().toList();
    }

    private static List<String> types(TestServer server, String run) {
        return server.get("/api/v2/runs/" + run + "/lineage")
                .json()
                .path("events")
                .valueStream()
                .map(event -> event.path("eventType").asText())
                .toList();
    }

    /** Types and runs of the sent events. */
    private static List<String> sent(Path archive) throws IOException {
        try (Stream<String> lines = Files.lines(archive)) {
            return lines.map(OlderEventsTest::read)
                    .map(event -> event.path("eventType").asText() + " "
                            + event.at("/run/runId").asText())
                    .toList();
        }
    }

    private static JsonNode read(String line) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String transport(Path archive) throws IOException {
        return Files.writeString(
                        folder.resolve("openlineage.yml"),
                        "transport: {type: file, name: archive, location: " + archive + "}")
                .toString();
    }

    /** Nothing of a new run is stored as text. */
    private static void assertPacked(Connection connection) throws SQLException {
        try (var rows = connection
                .createStatement()
                .executeQuery(
                        "select count(*) from lineage_event union all select count(*) from run where facts is not null")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(3);
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }

    /** A database of version 7: a run with two events, the first of which was sent, and an event that Spark reported. */
    private static Connection fill(String url) throws SQLException {
        Flyway.configure().dataSource(url, "postgres", null).target("7").load().migrate();
        Connection connection = url.startsWith("jdbc:postgresql:")
                ? DriverManager.getConnection(url, "postgres", "")
                : DriverManager.getConnection(url);
        try (PreparedStatement run = connection.prepareStatement(
                "insert into run (id, mode, state, principal, key_id, code, code_hash, params, provider, vcpus, queued_at,"
                        + " accepted_at, scheduled_at, started_at, ended_at, row_count, destination, facts, log, server)"
                        + " values (?, 'query', 'COMPLETE', 'admin', '7e937f4caa04c4b0', 'select 1', 'abc', '{}', 'bubblewrap',"
                        + " 2, 1690000000000, 1690000000000000, 1690000000001, 1690000000001, 1690000000002, 3, 'oleander.a.b',"
                        + " ?, '', ?)")) {
            run.setString(1, RUN);
            run.setString(2, FACTS);
            run.setString(3, SERVER);
            run.execute();
        }
        insert(connection, UNSENT + "2", "START", RUN, "NERIUM", true);
        insert(connection, UNSENT + "3", "COMPLETE", RUN, "NERIUM", true);
        insert(connection, UNSENT + "4", "COMPLETE", UUID.randomUUID().toString(), "SPARK", false);
        try (PreparedStatement position = connection.prepareStatement(
                "insert into lineage_transport (server, name, last_event) values (?, 'archive', ?)")) {
            position.setString(1, SERVER);
            position.setString(2, UNSENT + "2");
            position.execute();
        }
        return connection;
    }

    private static void insert(
            Connection connection, String id, String state, String run, String integration, boolean own)
            throws SQLException {
        String body = """
                {"eventType": "%s", "eventTime": "2023-07-22T04:26:40.00%sZ", "producer": "urn:old",
                 "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                 "run": {"runId": "%s"}, "inputs": [], "outputs": [], "job": {"namespace": "nerium", "name": "old", "facets":
                 {"jobType": {"_producer": "urn:old", "_schemaURL": "urn:s", "processingType": "BATCH", "integration": "%s"}}}}
                """.formatted(state, id.substring(id.length() - 1), run, integration);
        try (PreparedStatement event = connection.prepareStatement(
                "insert into lineage_event (id, server, key_id, received_at, event_time, run_id, run_state, job_namespace,"
                        + " job_name, producer, integration, size_in_bytes, body) values (?, ?, '7e937f4caa04c4b0',"
                        + " %1$s, %1$s, ?, ?, 'nerium', 'old', 'urn:old', ?, ?, ?)"
                                .formatted(1690000000000L + Integer.parseInt(id.substring(id.length() - 1))))) {
            event.setString(1, id);
            event.setString(2, own ? SERVER : null);
            event.setString(3, run);
            event.setString(4, state);
            event.setString(5, integration);
            event.setInt(6, body.length());
            event.setString(7, body);
            event.execute();
        }
    }
}
