package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.S3Gate;
import dev.nerium.S3Server;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.name.TableName;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose files are in S3, by a real server of that protocol. */
@Tag("interop")
@Timeout(300)
class ObjectStoreTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "n", Types.LongType.get()),
            Types.NestedField.optional(2, "s", Types.StringType.get()));

    /** Three columns of about 3 MB that can't be compressed, and two that can. */
    private static final String WIDE = """
            n = pl.int_range(0, 400_000, eager=True)
            result = pl.DataFrame({'n': n, 'a': n.hash(1), 'k': n % 7, 'b': n.hash(2), 'c': n.hash(3)})""";

    private static S3Server store;
    private static S3Gate gate;
    private static TestServer server;
    private static JdbcCatalog foreign;

    @BeforeAll
    static void start() throws IOException {
        store = S3Server.start();
        gate = new S3Gate(store.url());
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("keys"), S3Server.keys());
        Files.writeString(home.resolve("nerium.yaml"), """
                catalogs:
                  s3:
                    type: jdbc
                    uri: "jdbc:sqlite:HOME/s3.db"
                    warehouse: s3://lake/warehouse
                    storage-file: keys
                    properties: PROPERTIES
                  gcs: {type: jdbc, uri: "jdbc:sqlite:HOME/gcs.db", warehouse: gs://lake/warehouse}
                """.replace("HOME", home.toString())
                .replace("PROPERTIES", S3Server.properties(gate.url())));
        server = TestServer.start(home, Map.of());
        foreign = foreign();
        save("{'n': [0]}", "s3.default.first", "overwrite");
    }

    /** The catalog as another engine opens it. */
    private static JdbcCatalog foreign() {
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize("s3", S3Server.foreignCatalog(server.home().resolve("s3.db"), gate.url()));
        return catalog;
    }

    @AfterAll
    static void stop() {
        foreign.close();
        server.close();
        gate.close();
        store.close();
    }

    @Test
    void writesAndReads() {
        Reply made = server.script("result = pl.DataFrame({'n': range(1000)})", Map.of("destination", "s3.modes.t"));
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(rows("SELECT count(*) AS c, sum(n) AS s FROM t", "t=s3.modes.t"))
                .isEqualTo("[[1000,499500]]");
        save("{'n': [1000]}", "s3.modes.t", "append");
        assertThat(rows("SELECT count(*) AS c, sum(n) AS s FROM t", "t=s3.modes.t"))
                .isEqualTo("[[1001,500500]]");
        save("{'n': [1, 2], 's': ['x', 'y']}", "s3.modes.t", "overwrite");
        for (int round = 0; round < 2; round++) {
            Reply merged = server.script(
                    "result = pl.DataFrame({'n': [2, 3], 's': ['Y%d', 'z']})".formatted(round),
                    Map.of("destination", "s3.modes.t", "saveMode", "merge", "mergeKeys", List.of("n")));
            assertThat(merged.status()).as(merged.text()).isEqualTo(200);
        }
        assertThat(rows("SELECT n, s FROM t ORDER BY n", "t=s3.modes.t")).isEqualTo("[[1,\"x\"],[2,\"Y1\"],[3,\"z\"]]");

        JsonNode size =
                server.get("/api/v1/catalogs/s3/namespaces/modes/tables/t/size").json();
        assertThat(size.path("dataFileCount").asInt()).isPositive();
        assertThat(store.objects("warehouse/modes/t/data")).isNotEmpty();
    }

    @Test
    void readsWhatTheTableWas() {
        save("{'n': [1]}", "s3.travel.t", "overwrite");
        String snapshot =
                rows("SELECT snapshot_id FROM t", "t=s3.travel.t$snapshots").replaceAll("[\\[\\]\"]", "");
        save("{'n': [2]}", "s3.travel.t", "overwrite");

        assertThat(rows("SELECT n FROM t", "t=s3.travel.t@" + snapshot)).isEqualTo("[[1]]");
        assertThat(rows("SELECT n FROM t", "t=s3.travel.t")).isEqualTo("[[2]]");
    }

    @Test
    void joinsWithATableOfThisMachine() {
        save("{'n': [1, 2], 'a': ['one', 'two']}", "s3.joins.t", "overwrite");
        save("{'n': [2, 3], 'b': ['zwei', 'drei']}", "joins.t", "overwrite");

        assertThat(rows("SELECT a, b FROM s JOIN l ON s.n = l.n", "s=s3.joins.t", "l=joins.t"))
                .isEqualTo("[[\"two\",\"zwei\"]]");
    }

    @Test
    void anUploadIsATable() {
        Reply reply = server.send(server.request("/api/v1/catalogs/s3/namespaces/up/tables/t")
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString("a,b\n1,x\n2,y\n"))
                .build());

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(rows("SELECT a, b FROM t ORDER BY a", "t=s3.up.t")).isEqualTo("[[1,\"x\"],[2,\"y\"]]");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void deletesOfAllKindsApply(int version) {
        String name = "deletes" + version;
        ForeignTable table = foreign(name, version, PartitionSpec.unpartitioned());
        List<DataFile> files = table.append(numbered(table, 0, 100));
        table.append(numbered(table, 100, 200));
        if (version == 2) {
            table.deletePositions(files.getFirst(), 0, 1, 2);
        } else {
            table.deleteByVector(Map.of(files.getFirst(), new long[] {0, 1, 2}));
        }
        table.deleteEqual(List.of("s"), List.of(ForeignTable.record(table.keySchema(List.of("s")), "row 10")));

        assertThat(rows("SELECT count(*) AS c, sum(n) AS s, min(n) AS m FROM t", "t=s3.default." + name))
                .isEqualTo("[[196," + (19900 - 3 - 10) + ",3]]");
        assertThat(rows("SELECT count(*) AS c FROM t", "t=s3.default." + name)).isEqualTo("[[196]]");
    }

    @Test
    void aCompactionReadsAndWritesObjects() {
        for (int n = 0; n < 6; n++) {
            save("{'n': [" + n + "]}", "s3.small.t", "append");
        }

        Reply reply = act("small", "compact", "{}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(rows("SELECT count(*) AS c FROM t", "t=s3.small.t$files")).isEqualTo("[[1]]");
        assertThat(rows("SELECT sum(n) AS s FROM t", "t=s3.small.t")).isEqualTo("[[15]]");
        assertThat(act("small", "expire", "{\"retainLast\": 1, \"olderThan\": \"2100-01-01T00:00:00Z\"}")
                        .status())
                .isEqualTo(200);
        assertThat(store.objects("warehouse/small/t/data")).hasSize(1);
        assertThat(rows("SELECT sum(n) AS s FROM t", "t=s3.small.t")).isEqualTo("[[15]]");
    }

    @Test
    void orphansInAStoreAreNotLookedFor() {
        save("{'n': [1]}", "s3.orphans.t", "append");

        Reply reply = act("orphans", "remove-orphans", "{}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.details()).contains("is in an object store, whose orphans this version does not remove");
    }

    @Test
    void filesOfOtherPartitionsStayWhereTheyAre() {
        ForeignTable table = foreign(
                "parts", 2, PartitionSpec.builderFor(SCHEMA).identity("s").build());
        for (String part : List.of("a", "b", "c")) {
            table.append(table.row(1L, part), table.row(2L, part));
        }
        gate.forget();

        assertThat(rows("SELECT sum(n) AS s FROM t WHERE s = 'b'", "t=s3.default.parts"))
                .isEqualTo("[[3]]");

        assertThat(gate.dataRequests()).isNotEmpty().allMatch(request -> request.contains("s%3Db"));
    }

    @Test
    void onlyTheWantedColumnsTravelAndOnlyOnce() {
        wide("columns");
        gate.forget();

        assertThat(rows("SELECT count(*) AS c, sum(k) AS s FROM t WHERE k > 3", "t=s3.columns.t"))
                .isEqualTo(rows("SELECT count(*) AS c, sum(k) AS s FROM t WHERE k > 3", "t=columns.t"));
        long ofOne = gate.dataBytes();
        assertThat(ofOne).isBetween(1L, 2_000_000L);
        assertThat(rows("SELECT sum(k) AS s FROM t", "t=s3.columns.t"))
                .isEqualTo(rows("SELECT sum(k) AS s FROM t", "t=columns.t"));
        assertThat(gate.dataBytes()).isEqualTo(ofOne);
        assertThat(rows("SELECT max(b) AS m FROM t", "t=s3.columns.t"))
                .isEqualTo(rows("SELECT max(b) AS m FROM t", "t=columns.t"));
        assertThat(gate.dataBytes() - ofOne).isBetween(3_000_000L, 5_000_000L);
    }

    @Test
    void aRunReadsMoreAndMoreOfOneTable() {
        wide("more");
        String script = """
                t = scan('%s')
                result = pl.concat([frame.cast(pl.String) for frame in [
                    t.select(x=pl.col('k').sum()),
                    t.filter(pl.col('k') == 3).select(x=pl.col('a').max()),
                    t.select(x=pl.col('b').min()),
                    t.join(t.filter(pl.col('n') %% 1000 == 1), on='a').select(x=pl.col('b_right').max()),
                    t.select(x=pl.len()),
                    t.select(x=pl.concat_str(pl.all()).str.len_bytes().sum()),
                    t.head(5).select(x=pl.col('c').max()),
                ]])""";

        Reply reply = server.script(script.formatted("s3.more.t"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.rows())
                .isEqualTo(server.script(script.formatted("more.t")).rows());
    }

    @Test
    void columnsThatWereRenamedSinceAreFound() {
        wide("renamed");
        foreign.loadTable(TableLoader.identifier(new TableName("s3", "renamed", "t")))
                .updateSchema()
                .renameColumn("k", "a_k")
                .renameColumn("a", "k")
                .commit();

        assertThat(rows("SELECT sum(a_k) AS s, max(k) AS m FROM t", "t=s3.renamed.t"))
                .isEqualTo(rows("SELECT sum(k) AS s, max(a) AS m FROM t", "t=renamed.t"));
    }

    @Test
    void filesElsewhereAreRefused() {
        for (String location : List.of(
                "s3://lake/elsewhere/x.parquet",
                "s3://lake/warehouse/../elsewhere/x.parquet",
                "s3://other/warehouse/x.parquet",
                "/etc/passwd")) {
            String name = "outside" + Integer.toHexString(location.hashCode());
            ForeignTable table = foreign(name, 2, PartitionSpec.unpartitioned());
            table.table()
                    .newFastAppend()
                    .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                            .withPath(location)
                            .withFormat(FileFormat.PARQUET)
                            .withFileSizeInBytes(100)
                            .withRecordCount(1)
                            .build())
                    .commit();

            Reply reply = server.query("SELECT n FROM t", "t=s3.default." + name);

            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
            assertThat(reply.json().path("code").asText()).isEqualTo("UNSUPPORTED_TABLE");
            assertThat(reply.error()).contains("outside of the folders of its catalog");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-100, -1, 1, 1_000_000})
    void aFileWhoseSizeTheManifestGetsWrongIsNamed(long difference) {
        String name = "sizes" + Math.abs(difference * 2 + 1);
        ForeignTable table = foreign(name, 2, PartitionSpec.unpartitioned());
        misjudge(table.table(), table.write(numbered(table, 0, 10)).getFirst(), difference);

        assertNamed(server.query("SELECT n FROM t", "t=s3.default." + name));
        assertNamed(server.query("SELECT sum(n) AS s FROM t WHERE n > 3", "t=s3.default." + name));
    }

    @ParameterizedTest
    @ValueSource(longs = {-100, 1_000_000})
    void aLargeFileWhoseSizeTheManifestGetsWrongIsNamed(long difference) throws IOException {
        String name = "large" + Math.abs(difference);
        Reply written = server.script(WIDE, Map.of("destination", "s3.default." + name));
        assertThat(written.status()).as(written.text()).isEqualTo(200);
        Table table = foreign.loadTable(TableIdentifier.of("default", name));
        DataFile file = firstFile(table);
        table.newDelete().deleteFile(file).commit();
        misjudge(table, file, difference);

        assertNamed(server.query("SELECT sum(k) AS s FROM t", "t=s3.default." + name));
    }

    private static DataFile firstFile(Table table) throws IOException {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            return tasks.iterator().next().file();
        }
    }

    private static void misjudge(Table table, DataFile file, long difference) {
        table.newAppend()
                .appendFile(DataFiles.builder(table.spec())
                        .copy(file)
                        .withFileSizeInBytes(file.fileSizeInBytes() + difference)
                        .build())
                .commit();
    }

    private static void assertNamed(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("UNSUPPORTED_TABLE");
        assertThat(reply.error())
                .contains("The file s3://lake/warehouse/default/")
                .contains("according to the metadata of its table.");
    }

    @Test
    void aStoreWithoutItsClientSaysWhatIsMissing() {
        Reply reply = server.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "gcs.a.t"));

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.json().path("code").asText()).isEqualTo("STORAGE_ERROR");
        assertThat(reply.error())
                .isEqualTo("Iceberg's client of gs:// can't be loaded: copy the jars of its module"
                        + " (org.apache.iceberg.gcp.gcs.GCSFileIO) and of its dependencies to HOME/plugins.");
    }

    @Test
    void noRunSeesTheKey() throws IOException {
        save("{'n': [1]}", "s3.secret.t", "append");
        Reply looked = server.script("""
                import os, pathlib
                def look(rows):
                    texts = [str(dict(os.environ)).encode()]
                    for path in [*pathlib.Path('/job').rglob('*'), *pathlib.Path('/tmp').rglob('*'),
                                 pathlib.Path('/proc/self/environ'), pathlib.Path('/proc/self/cmdline')]:
                        try:
                            if path.is_file():
                                texts.append(path.read_bytes()[:1 << 20])
                        except OSError:
                            pass
                    return pl.DataFrame({'text': [b''.join(texts).hex()]})
                result = scan('s3.secret.t').map_batches(look, schema={'text': pl.String})""");
        assertThat(looked.status()).as(looked.text()).isEqualTo(200);
        byte[] seen = java.util.HexFormat.of()
                .parseHex(looked.json().at("/results/rows/0/0").asText());
        assertThat(new String(seen, StandardCharsets.ISO_8859_1))
                .contains("PAR1")
                .doesNotContain(S3Server.KEY)
                .doesNotContain(S3Server.SECRET);
        assertThat(server.get("/api/v1/catalogs").text()).contains("s3://lake/warehouse");
        assertThat(server.get("/api/v1/catalogs").text()).doesNotContain(S3Server.SECRET);
        TestFiles.texts(server.home()).forEach((file, text) -> {
            if (!file.endsWith("keys")) {
                assertThat(text.contains(S3Server.SECRET))
                        .as("%s has the key", file)
                        .isFalse();
            }
        });
    }

    private static void wide(String namespace) {
        for (String table : List.of("s3." + namespace + ".t", namespace + ".t")) {
            Reply reply = server.script(WIDE, Map.of("destination", table, "saveMode", "overwrite"));
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }
    }

    private static ForeignTable foreign(String name, int version, PartitionSpec spec) {
        if (!foreign.namespaceExists(Namespace.of("default"))) {
            foreign.createNamespace(Namespace.of("default"));
        }
        return ForeignTable.create(foreign, name, version, SCHEMA, spec);
    }

    private static List<Record> numbered(ForeignTable table, long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(n -> table.row(n, "row " + n))
                .toList();
    }

    private static Reply act(String namespace, String action, String body) {
        return server.post("/api/v2/catalogs/s3/namespaces/" + namespace + "/tables/t/" + action, body);
    }

    private static void save(String columns, String table, String mode) {
        Reply reply = server.write(columns, Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String rows(String sql, String... tables) {
        Reply reply = server.query(sql, tables);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }
}
