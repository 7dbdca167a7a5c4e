package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as they were: by snapshot, tag, branch and time. */
@Tag("server")
class TimeTravelTest {
    private static TestServer server;
    private static List<Snapshot> snapshots;

    /** Three snapshots: x=1; x=1,2; and, with a new column y, x=1,2,3. */
    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.t"));
        server.script("result = pl.DataFrame({'x': [2]})", Map.of("destination", "default.t", "saveMode", "append"));
        try (JdbcCatalog catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO())) {
            catalog.loadTable(TableIdentifier.of("default", "t"))
                    .updateSchema()
                    .addColumn("y", StringType.get())
                    .commit();
            server.script(
                    "result = pl.DataFrame({'x': [3], 'y': ['new']})",
                    Map.of("destination", "default.t", "saveMode", "append"));
            catalog.createTable(
                    TableIdentifier.of("default", "empty"), new Schema(NestedField.optional(1, "x", LongType.get())));
            Table table = catalog.loadTable(TableIdentifier.of("default", "t"));
            snapshots = List.copyOf((Collection<Snapshot>) table.snapshots());
            long second = snapshots.get(1).snapshotId();
            table.manageSnapshots()
                    .createTag("v1", snapshots.get(0).snapshotId())
                    .createTag("a tag@home", second)
                    .createBranch("next", second)
                    .commit();
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readsASnapshotWithItsOwnColumns() {
        Reply first = read("select * from t", "default.t@" + snapshots.get(0).snapshotId());
        Reply second = read(
                "select * from t order by x", "default.t@" + snapshots.get(1).snapshotId());

        assertThat(first.rows()).isEqualTo("[[1]]");
        assertThat(first.json().at("/results/columns").toString()).isEqualTo("[\"x\"]");
        assertThat(second.rows()).isEqualTo("[[1],[2]]");
        assertThat(read("select * from t order by x", "default.t").rows()).isEqualTo("[[1,null],[2,null],[3,\"new\"]]");
    }

    @Test
    void readsATag() {
        assertThat(read("select x from t", "default.t@tag:v1").rows()).isEqualTo("[[1]]");
        assertThat(read("select x from t order by x", "default.t@tag:\\\"a tag@home\\\"")
                        .rows())
                .isEqualTo("[[1],[2]]");
    }

    @Test
    void readsABranchWithTheTablesColumns() {
        assertThat(read("select * from t order by x", "default.t@branch:next").rows())
                .isEqualTo("[[1,null],[2,null]]");
        assertThat(read("select x from t where y is not null", "default.t@branch:main")
                        .rows())
                .isEqualTo("[[3]]");
        assertThat(read("select * from t", "default.empty@branch:main").rows()).isEqualTo("[]");
    }

    @Test
    void readsTheTableAsItWasAtATime() {
        Instant second = Instant.ofEpochMilli(snapshots.get(1).timestampMillis());

        assertThat(read("select x from t order by x", "default.t@" + second).rows())
                .isEqualTo("[[1],[2]]");
        assertThat(read("select max(x) as x from t", "default.t@2999-01-01T01:00:00.5+01:00")
                        .rows())
                .isEqualTo("[[3]]");
    }

    @Test
    void joinsTwoVersionsOfOneTable() {
        Reply reply = server.query(
                "select count(*) as n from now full join was on now.x = was.x",
                "now=default.t",
                "was=default.t@" + snapshots.get(1).snapshotId());

        assertThat(reply.rows()).isEqualTo("[[3]]");
    }

    @Test
    void prunesByAFilterOnAnOldVersion() {
        assertThat(read(
                                "select x from t where x > 1",
                                "default.t@" + snapshots.get(1).snapshotId())
                        .rows())
                .isEqualTo("[[2]]");
    }

    @Test
    void scriptsScanVersions() {
        Reply reply = server.script("result = scan('default.t@tag:v1').select(pl.col('x').sum())");

        assertThat(reply.rows()).as(reply.text()).isEqualTo("[[1]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            default.t@12                   | The table oleander.default.t has no snapshot 12: it never existed, or has expired. default.t$snapshots lists them.
            default.t@tag:v2               | The table oleander.default.t has no tag 'v2'. Did you mean 'v1'?
            default.t@tag:next             | The table oleander.default.t has no tag 'next'.
            default.t@branch:v1            | The table oleander.default.t has no branch 'v1'.
            default.empty@tag:main         | The table oleander.default.empty has no tag 'main'.
            default.empty@2020-01-01T00:00Z | The table oleander.default.empty had no snapshot at 2020-01-01T00:00:00Z: it was never written.
            default.nope@tag:v1            | There is no table 'default.nope'.
            """)
    void saysWhichVersionThereIsNot(String table, String error) {
        Reply reply = read("select * from t", table);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(reply.json().path("code").asText()).isEqualTo("UNKNOWN_TABLE");
    }

    @Test
    void saysWhenTheHistoryBegins() {
        Instant first = Instant.ofEpochMilli(snapshots.get(0).timestampMillis());

        assertThat(read("select * from t", "default.t@2020-01-01T00:00:00Z").error())
                .isEqualTo(
                        "The table oleander.default.t had no snapshot at 2020-01-01T00:00:00Z: its history begins at "
                                + first + ".");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            default.t@                | '' after @ is not a snapshot id, tag:NAME, branch:NAME or a time with its zone, such as 2026-11-01T12:00:00Z
            default.t@yesterday       | 'yesterday' after @ is not a snapshot id, tag:NAME, branch:NAME or a time with its zone, such as 2026-11-01T12:00:00Z
            default.t@2026-11-01      | '2026-11-01' after @ is not a snapshot id, tag:NAME, branch:NAME or a time with its zone, such as 2026-11-01T12:00:00Z
            default.t@tag:            | no name follows '@tag:'
            default.t@9999999999999999999 | '9999999999999999999' after @ is larger than any snapshot id
            """)
    void saysWhatAVersionLooksLike(String table, String why) {
        Reply reply = read("select * from t", table);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("tables[0] is '" + table + "': expected namespace.table or catalog.namespace.table, but "
                        + why + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@tag:v1", "@12", "@2026-11-01T12:00:00Z", "$files", "$files@branch:next"})
    void writesToNoVersionButABranch(String version) {
        String table = "default.t" + version;
        Reply reply = server.script("result = pl.DataFrame({'x': [3]})", Map.of("destination", table));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("destination is '" + table + "': expected namespace.table or catalog.namespace.table, but"
                        + " a snapshot, a tag, a time or a metadata table ($) can only be read:"
                        + " write to the table, or to a branch with namespace.table@branch:NAME.");
    }

    private static Reply read(String sql, String table) {
        return server.run("{'mode':'query','query':'" + sql + "','tables':['t=" + table + "']}");
    }
}
