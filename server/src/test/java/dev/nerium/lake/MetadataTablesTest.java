package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Iceberg knows of a table, as tables. */
@Tag("server")
class MetadataTablesTest {
    private static TestServer server;
    private static Table table;
    private static JdbcCatalog catalog;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        server.script("result = pl.DataFrame({'x': [1, 2], 's': ['é', None]})", Map.of("destination", "default.t"));
        server.script(
                "result = pl.DataFrame({'x': [3], 's': ['z']})",
                Map.of("destination", "default.t", "saveMode", "append"));
        catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO());
        table = catalog.loadTable(TableIdentifier.of("default", "t"));
        table.manageSnapshots()
                .createTag("v1", table.history().getFirst().snapshotId())
                .commit();
    }

    @AfterAll
    static void stop() {
        catalog.close();
        server.close();
    }

    @Test
    void listsSnapshotsWithTheirSummaries() {
        Reply reply = server.query(
                "select operation, parent_id, summary from s order by committed_at", "s=default.t$snapshots");

        assertThat(reply.json().at("/results/rows/1/1").asLong())
                .as(reply.text())
                .isEqualTo(table.history().getFirst().snapshotId());
        assertThat(reply.json().at("/results/rows/0/0").asText()).isEqualTo("append");
        assertThat(reply.json().at("/results/rows/0/2").toString())
                .contains("{\"key\":\"added-records\",\"value\":\"2\"}");
    }

    @Test
    void listsFilesWithReadableMetrics() {
        Reply reply =
                server.query("select record_count, readable_metrics from f order by record_count", "f=default.t$files");

        assertThat(reply.json().at("/results/rows/1/0").asInt())
                .as(reply.text())
                .isEqualTo(2);
        assertThat(reply.json().at("/results/rows/1/1/s").toString())
                .contains("\"null_value_count\":1", "\"lower_bound\":\"é\"");
    }

    @Test
    void listsTheFilesOfAnOldSnapshot() {
        assertThat(server.query("select count(*) as n from f", "f=default.t$files")
                        .rows())
                .isEqualTo("[[2]]");
        assertThat(server.query("select count(*) as n from f", "f=default.t$files@tag:v1")
                        .rows())
                .isEqualTo("[[1]]");
    }

    @Test
    void listsTheManifestsOfOneSnapshotOrOfAll() {
        long first = table.history().getFirst().snapshotId();

        assertThat(server.query(
                                "select added_snapshot_id, added_data_files_count, partition_summaries from m",
                                "m=default.t$manifests@tag:v1")
                        .rows())
                .isEqualTo("[[" + first + ",1,[]]]");
        assertThat(server.query("select count(*) as n from m", "m=default.t$manifests")
                        .rows())
                .isEqualTo("[[2]]");
        assertThat(server.query(
                                "select count(*) as n from m where reference_snapshot_id = " + first,
                                "m=default.t$all_manifests")
                        .rows())
                .isEqualTo("[[1]]");
    }

    @Test
    void listsRefsAndHistory() {
        assertThat(server.query("select name, type from r order by name", "r=default.t$refs")
                        .rows())
                .isEqualTo("[[\"main\",\"BRANCH\"],[\"v1\",\"TAG\"]]");
        assertThat(server.query("select count(*) as n from h where is_current_ancestor", "h=default.t$history")
                        .rows())
                .isEqualTo("[[2]]");
    }

    @Test
    void joinsATableWithItsMetadata() {
        Reply reply = server.query(
                "select (select count(*) from t) as n, sum(record_count) as m from f",
                "t=default.t",
                "f=default.t$files");

        assertThat(reply.rows()).as(reply.text()).isEqualTo("[[3,3]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "entries",
                "files",
                "data_files",
                "delete_files",
                "history",
                "metadata_log_entries",
                "snapshots",
                "refs",
                "manifests",
                "partitions",
                "all_data_files",
                "all_delete_files",
                "all_files",
                "all_manifests",
                "all_entries"
            })
    void readsEveryMetadataTable(String name) {
        Reply reply = server.query("select * from m", "m=default.t$" + name);
        Reply upper = server.query("select count(*) as n from m", "m=default.t$" + name.toUpperCase(Locale.ROOT));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(upper.json().at("/results/rows/0/0").asInt())
                .isEqualTo(reply.json().path("row_count").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshots", "files", "history", "partitions", "manifests", "refs"})
    void hasNoRowsOfATableThatWasNeverWritten(String name) {
        TableIdentifier empty = TableIdentifier.of("default", "empty_" + name);
        catalog.createTable(empty, table.schema());

        Reply reply = server.query("select * from m", "m=default." + empty.name() + "$" + name);

        assertThat(reply.rows()).as(reply.text()).isEqualTo("[]");
        assertThat(reply.json().at("/results/columns").size()).isPositive();
    }

    @Test
    void namesTheMetadataTablesThatThereAre() {
        Reply reply = server.query("select * from m", "m=default.t$snapshot");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .startsWith("tables[0] is 'default.t$snapshot': expected namespace.table or catalog.namespace.table,"
                        + " but '$snapshot' is not a metadata table; expected one of $entries, $files,");
    }

    @Test
    void refusesAVersionOfWhatSpeaksOfAllSnapshots() {
        assertThat(server.query("select * from m", "m=default.t$snapshots@tag:v1")
                        .error())
                .endsWith("$snapshots is about all snapshots and has no versions: omit the @.");
    }

    @Test
    void leavesNoFileBehind() throws IOException {
        server.query("select * from m", "m=default.t$files");
        server.query("select nothing from m", "m=default.t$files");

        Path scratch = server.home().resolve("lake").resolve("scratch");
        try (Stream<Path> files = Files.list(scratch)) {
            assertThat(files).isEmpty();
        }
    }
}
