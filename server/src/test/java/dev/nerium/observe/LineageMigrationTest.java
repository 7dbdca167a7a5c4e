package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The graph of a database of an earlier version, which had one set of columns for a job and an output. */
@Tag("server")
class LineageMigrationTest {
    private static final String FACET =
            "{\"fields\":{\"c\":{\"inputFields\":[{\"namespace\":\"x\",\"name\":\"in\"," + "\"field\":\"a\"}]}}}";

    private static void makeVersion7(String url, String user) throws SQLException {
        Flyway.configure()
                .dataSource(url, user, "")
                .locations("classpath:db/migration")
                .target("7")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url, user, "");
                PreparedStatement insert = connection.prepareStatement(
                        "insert into lineage_edge (job_namespace, job_name, role, namespace, name, key_id, reported,"
                                + " run_id, seen_at, columns) values ('x', 'job', ?, 'x', ?, 'key', 1, ?, ?, ?)")) {
            for (String role : new String[] {"INPUT", "OUTPUT"}) {
                boolean output = role.equals("OUTPUT");
                insert.setString(1, role);
                insert.setString(2, output ? "out" : "in");
                insert.setString(3, UUID.randomUUID().toString());
                insert.setLong(4, Instant.now().toEpochMilli());
                insert.setString(5, output ? FACET : null);
                insert.executeUpdate();
            }
        }
    }

    private static void assertKeepsColumns(TestServer server) {
        assertThat(columns(server)).contains("dataset:x:in", "\"field\":\"a\"");

        report(server, "job", "");
        assertThat(columns(server)).as("another key").contains("dataset:x:in", "dataset:x:new");

        report(server, "other", "CREATE");
        assertThat(columns(server)).contains("\"job\":\"job:x:other\"").doesNotContain("x:in", "job:x:job");
    }

    private static String columns(TestServer server) {
        return server.get("/api/v1/lineage/graph?namespace=x&name=out&columns=true")
                .json()
                .path("columns")
                .toString();
    }

    private static void report(TestServer server, String job, String change) {
        String lifecycle = change.isEmpty()
                ? ""
                : ",\"lifecycleStateChange\":{\"_producer\":\"p:x\",\"_schemaURL\":\"p:x\",\"lifecycleStateChange\":\""
                        + change + "\"}";
        String body = """
                {"eventType":"COMPLETE","eventTime":"2026-11-01T12:00:00Z","producer":"p:x",
                 "schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                 "run":{"runId":"%s"},"job":{"namespace":"x","name":"%s"},
                 "inputs":[{"namespace":"x","name":"new"}],
                 "outputs":[{"namespace":"x","name":"out","facets":{
                   "columnLineage":{"_producer":"p:x","_schemaURL":"p:x","fields":{"c":{"inputFields":[
                     {"namespace":"x","name":"new","field":"b"}]}}}%s}}]}
                """.formatted(UUID.randomUUID(), job, lifecycle);
        assertThat(server.post("/api/v1/lineage", body).status()).isEqualTo(200);
    }

    @Test
    void aDatabaseInAFileKeepsItsColumns() throws SQLException {
        Path home = TestServer.newHome();
        makeVersion7("jdbc:sqlite:" + home.resolve("state.db"), "");
        try (TestServer server = TestServer.start(home, Map.of())) {
            // The row of the earlier version has no key that exists, which an administrator sees all the same.
            assertKeepsColumns(server);
        }
    }

    @Test
    void aPostgresDatabaseKeepsItsColumns() throws IOException, SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            makeVersion7(url, "postgres");
            try (TestServer server = TestServer.startEmpty(Map.of("store.url", url, "store.user", "postgres"))) {
                assertKeepsColumns(server);
            }
        }
    }
}
