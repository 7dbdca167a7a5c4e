package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadata.MetadataLogEntry;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metadata that a key which may write makes up: it is refused, and whatever it says, no file of another table goes. */
@Tag("server")
class ForgedMetadataTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACES = "/iceberg/v1/oleander/namespaces";
    private static final String TABLES = NAMESPACES + "/default/tables";
    private static final String SCHEMA =
            "{\"type\":\"struct\",\"schema-id\":0,\"fields\":[{\"id\":1,\"name\":\"x\",\"required\":false,\"type\":\"long\"}]}";

    private static TestServer server;
    private static LakeTables tables;
    private static Path victim;
    private static Path victimList;
    private static Path mine;
    private static Path myList;
    private static Path forgedList;
    private static Map<Path, Long> before = Map.of();
    private static int made;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.startEmpty();
        tables = new LakeTables(server);
        tables.fill("victim", 1, 2);
        tables.fill("mine", 7);
        victim = tables.folder("victim");
        mine = tables.folder("mine");
        assertThat(server.post(NAMESPACES, "{\"namespace\": [\"sales\"]}").status())
                .isEqualTo(200);
        Files.createSymbolicLink(victim.resolveSibling("link"), victim);
        victimList = list("victim");
        myList = list("mine");
        forgedList = forge(mine.resolve("metadata/snap-forged.avro"));
        before = files(victim);
        server.useKey("writer", Scope.WRITE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void theVictimIsAsItWas() throws IOException {
        assertThat(files(victim)).containsExactlyInAnyOrderEntriesOf(before);
        assertThat(tables.rows("victim")).isEqualTo("[[1],[2]]");
        assertThat(tables.rows("mine")).isEqualTo("[[7]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        "location": "WAREHOUSE/telemetry"
        "location": "WAREHOUSE/telemetry/x"
        "location": "WAREHOUSE/default"
        "location": "WAREHOUSE/sales"
        "location": "WAREHOUSE/sales/x"
        "location": "VICTIM"
        "location": "file://VICTIM/"
        "location": "VICTIM/data"
        "location": "VICTIM/data/../metadata"
        "location": "WAREHOUSE/default/link"
        "location": "WAREHOUSE/default/link/data"
        "location": "VICTIM", "stage-create": true
        "properties": {"write.data.path": "VICTIM/data"}
        "properties": {"write.data.path": "WAREHOUSE/default"}
        "properties": {"write.metadata.path": "VICTIM/metadata"}
        "properties": {"write.object-storage.path": "VICTIM"}
        "properties": {"write.folder-storage.path": "VICTIM"}
        "properties": {"write.data.path": "VICTIM/data"}, "stage-create": true
        "properties": {"format-version": "4"}
        "properties": {"format-version": "99"}
        "properties": {"format-version": "new"}
        """)
    void isNoNewTable(String fields) {
        String name = "made" + made++;

        refused(TABLES, "{\"name\": \"%s\", \"schema\": SCHEMA, %s}".formatted(name, fields));

        assertThat(server.get(TABLES + "/" + name).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"namespace": ["telemetry", "x"]}
        {"namespace": ["telemetry", "x", "y"]}
        {"namespace": ["default", "victim"]}
        {"namespace": ["default", "victim", "data"]}
        {"namespace": ["elsewhere"], "properties": {"location": "/etc"}}
        {"namespace": ["elsewhere"], "properties": {"location": "WAREHOUSE/telemetry"}}
        """)
    void isNoNewNamespace(String body) {
        refused(NAMESPACES, body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"action": "set-location", "location": "VICTIM"}
        {"action": "set-location", "location": "VICTIM/data"}
        {"action": "set-location", "location": "WAREHOUSE/default"}
        {"action": "set-location", "location": "WAREHOUSE/telemetry"}
        {"action": "set-properties", "updates": {"write.data.path": "VICTIM/data"}}
        {"action": "set-properties", "updates": {"write.metadata.path": "VICTIM"}}
        {"action": "set-properties", "updates": {"write.object-storage.path": "WAREHOUSE/sales"}}
        {"action": "set-statistics", "snapshot-id": 1, "statistics": {"snapshot-id": 1, "statistics-path": "VICTIM_LIST", "file-size-in-bytes": 1, "file-footer-size-in-bytes": 1, "blob-metadata": []}}
        {"action": "set-partition-statistics", "partition-statistics": {"snapshot-id": 1, "statistics-path": "VICTIM_LIST", "file-size-in-bytes": 1}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": NOW, "manifest-list": "VICTIM_LIST", "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": NOW, "manifest-list": "FORGED_LIST", "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": NOW, "manifest-list": "MY_DATA", "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": NOW, "manifest-list": "MINE/metadata/none.avro", "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": NOW, "manifests": ["VICTIM_DATA"], "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 0, "timestamp-ms": NOW, "manifest-list": "MY_LIST", "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": -5, "manifest-list": "MY_LIST", "summary": {"operation": "append"}, "schema-id": 0}}
        {"action": "upgrade-format-version", "format-version": 1}
        {"action": "upgrade-format-version", "format-version": 4}
        {"action": "upgrade-format-version", "format-version": 99}
        {"action": "upgrade-format-version", "format-version": -1}
        {"action": "assign-uuid", "uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1"}
        {"action": "assign-uuid", "uuid": "none"}
        {"action": "add-schema", "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "required": false, "type": "nothing"}]}}
        {"action": "add-schema", "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "required": false, "type": "long"}, {"id": 1, "name": "y", "required": false, "type": "long"}]}}
        {"action": "add-schema", "schema": {"type": "struct", "fields": [{"id": 5, "name": "x", "required": false, "type": "long"}, {"id": 6, "name": "x", "required": false, "type": "long"}]}}
        {"action": "add-schema", "schema": 5}
        {"action": "set-current-schema", "schema-id": 99}
        {"action": "add-spec", "spec": {"spec-id": 7, "fields": [{"name": "p", "transform": "identity", "source-id": 99, "field-id": 1000}]}}
        {"action": "add-spec", "spec": {"spec-id": 7, "fields": [{"name": "p", "transform": "bucket[0]", "source-id": 1, "field-id": 1000}]}}
        {"action": "set-default-spec", "spec-id": 99}
        {"action": "add-sort-order", "sort-order": {"order-id": 7, "fields": [{"transform": "identity", "source-id": 99, "direction": "asc", "null-order": "nulls-first"}]}}
        {"action": "set-default-sort-order", "sort-order-id": 99}
        {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": 1}
        {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": MY_SNAPSHOT, "min-snapshots-to-keep": -1}
        {"action": "set-snapshot-ref", "ref-name": "t", "type": "nothing", "snapshot-id": MY_SNAPSHOT}
        {"action": "remove-schemas", "schema-ids": [0]}
        {"action": "remove-partition-specs", "spec-ids": [0]}
        """)
    void isNoCommit(String update) {
        String version = tables.metadataFile("mine");

        refused(TABLES + "/mine", "{\"requirements\": [], \"updates\": [" + update + "]}");

        assertThat(tables.metadataFile("mine")).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"requirements": [{"type": "assert-create"}], "updates": [{"action": "assign-uuid", "uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1"}, {"action": "upgrade-format-version", "format-version": 2}, {"action": "add-schema", "schema": SCHEMA}, {"action": "set-current-schema", "schema-id": -1}, {"action": "add-spec", "spec": {"spec-id": 0, "fields": []}}, {"action": "set-default-spec", "spec-id": -1}, {"action": "add-sort-order", "sort-order": {"order-id": 0, "fields": []}}, {"action": "set-default-sort-order", "sort-order-id": -1}, {"action": "set-location", "location": "VICTIM"}]}
        {"requirements": [{"type": "assert-create"}], "updates": []}
        {"requirements": [{"type": "assert-create"}], "updates": [{"action": "set-location", "location": "MINE/inside"}]}
        """)
    void isNoTransactionThatMakesATable(String body) {
        refused(TABLES + "/transacted", body);

        assertThat(server.get(TABLES + "/transacted").status()).isEqualTo(404);
    }

    @Test
    void aMetadataFileIsOneTablesOnly() {
        for (String table : new String[] {"victim", "mine"}) {
            Reply reply = register(Path.of(tables.metadataFile(table)));
            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
            assertThat(reply.text()).contains("a file of another table: expected one of the table");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        location              | "VICTIM"
        location              | "WAREHOUSE"
        location              | "WAREHOUSE/telemetry"
        location              | null
        format-version        | 4
        format-version        | -1
        format-version        | "x"
        metadata-log          | [{"timestamp-ms": 1, "metadata-file": "VICTIM_METADATA"}]
        metadata-log          | [{"timestamp-ms": 1, "metadata-file": "WAREHOUSE/telemetry/x"}]
        statistics            | [{"snapshot-id": 1, "statistics-path": "VICTIM_LIST", "file-size-in-bytes": 1, "file-footer-size-in-bytes": 1, "blob-metadata": []}]
        partition-statistics  | [{"snapshot-id": 1, "statistics-path": "VICTIM_LIST", "file-size-in-bytes": 1}]
        properties            | {"write.data.path": "VICTIM/data"}
        properties            | {"write.target-file-size-bytes": "1"}
        snapshots             | [{"snapshot-id": 1, "sequence-number": 1, "timestamp-ms": 1, "manifest-list": "VICTIM_LIST", "summary": {"operation": "append"}}]
        snapshots             | [{"snapshot-id": 1, "sequence-number": 1, "timestamp-ms": 1, "manifest-list": "FORGED_LIST", "summary": {"operation": "append"}}]
        snapshots             | 5
        schemas               | []
        partition-specs       | []
        current-schema-id     | 99
        current-snapshot-id   | 99
        last-sequence-number  | -1
        """)
    void isNoRegisteredTable(String field, String value) throws IOException {
        Path folder = victim.resolveSibling("registered" + made++);
        ObjectNode metadata = (ObjectNode) JSON.readTree(Files.readString(Path.of(tables.metadataFile("mine"))));
        metadata.put("location", folder.toString()).put("current-snapshot-id", -1);
        metadata.putArray("snapshots");
        metadata.putArray("snapshot-log");
        metadata.putArray("metadata-log");
        metadata.putObject("refs");
        metadata.set(field, JSON.readTree(filled(value)));
        Path file = Files.createDirectories(folder.resolve("metadata")).resolve("00001.metadata.json");
        Files.writeString(file, metadata.toString());

        Reply reply = register(file);

        assertThat(reply.status()).as(reply.text()).isBetween(400, 499);
        assertThat(server.get(TABLES + "/registered").status()).isEqualTo(404);
    }

    /** Such metadata may have been there before it was refused, or come from who may write to the lake's folders. */
    @Test
    void aPurgeDeletesNoFileOfAnotherTable() {
        plant("purged", ForgedMetadataTest::forgeSnapshot);

        Reply reply = server.delete(TABLES + "/purged?purgeRequested=true");

        assertThat(reply.status()).as(reply.text()).isEqualTo(204);
        assertThat(server.get(TABLES + "/purged").status()).isEqualTo(404);
    }

    @Test
    void anExpiryDeletesNoFileOfAnotherTable() {
        plant("expired", ForgedMetadataTest::forgeSnapshot);
        append("expired", 5);

        Reply reply = tables.act("expired", "expire", "{'olderThan': '0m', 'retainLast': 1}");

        assertThat(reply.status()).as(reply.text()).isLessThan(500);
    }

    @Test
    void anOrphanRemovalDeletesNoFileOfAnotherTable() {
        plant("swept", ForgedMetadataTest::forgeSnapshot);

        Reply reply = tables.act("swept", "remove-orphans", "{'olderThan': '0m', 'force': true}");

        assertThat(reply.status()).as(reply.text()).isBetween(400, 499);
    }

    /** Iceberg deletes metadata files that fall out of the log. */
    @Test
    void aCommitDeletesNoMetadataOfAnotherTable() {
        plant("logged", table -> {
            TableOperations operations = ((HasTableOperations) table).operations();
            TableMetadata base = operations.current();
            String text = TableMetadataParser.toJson(base)
                    .replace(
                            "\"metadata-log\":[",
                            "\"metadata-log\":[{\"timestamp-ms\":%d,\"metadata-file\":\"%s\"},"
                                    .formatted(
                                            base.previousFiles().getFirst().timestampMillis() - 1, victimMetadata()));
            TableMetadata forged = TableMetadataParser.fromJson(text);
            assertThat(forged.previousFiles())
                    .extracting(MetadataLogEntry::file)
                    .contains(victimMetadata());
            TableMetadataParser.overwrite(forged, table.io().newOutputFile(base.metadataFileLocation()));
        });

        append("logged", 5);
        append("logged", 6);
        append("logged", 7);

        assertThat(tables.rows("logged")).isEqualTo("[[5],[6],[7]]");
    }

    /** Two tables in one folder, as programs make them that open the lake by themselves. */
    @Test
    void aTableInTheFolderOfAnotherIsNotPurged() {
        try (JdbcCatalog catalog = TestLake.careless(server.home())) {
            catalog.buildTable(TableIdentifier.of("default", "within"), TestLake.SCHEMA)
                    .withLocation(victim + "/data")
                    .create();

            Reply reply = server.delete(TABLES + "/within?purgeRequested=true");

            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
            assertThat(reply.text()).contains("would contain files of another table, or be among them");
            assertThat(server.delete(TABLES + "/within").status()).isEqualTo(204);
        } finally {
            remove(victim.resolve("data/metadata"));
        }
    }

    /** The new table has the name that the first had. */
    @Test
    void aTableThatWasRenamedKeepsItsFolder() {
        tables.fill("named", 1);
        Reply renamed = server.post("/iceberg/v1/oleander/tables/rename", """
            {"source": {"namespace": ["default"], "name": "named"},
             "destination": {"namespace": ["default"], "name": "renamed"}}
            """);
        assertThat(renamed.status()).as(renamed.text()).isEqualTo(204);

        tables.fill("named", 2);

        assertThat(tables.folder("named").toString()).startsWith(tables.folder("renamed") + "-");
        assertThat(server.delete(TABLES + "/named?purgeRequested=true").status())
                .isEqualTo(204);
        assertThat(tables.rows("renamed")).isEqualTo("[[1]]");
    }

    /** A table that was made past the server, and what is forged of it. */
    private static void plant(String name, Consumer<Table> forgery) {
        try (JdbcCatalog catalog = TestLake.careless(server.home())) {
            Table table = catalog.buildTable(TableIdentifier.of("default", name), TestLake.SCHEMA)
                    .withProperty("write.metadata.delete-after-commit.enabled", "true")
                    .withProperty("write.metadata.previous-versions-max", "1")
                    .create();
            table.updateProperties().set("a", "b").commit();
            forgery.accept(table);
        }
    }

    /** A snapshot that says that the victim's data files are its manifests. */
    private static void forgeSnapshot(Table table) {
        TableOperations operations = ((HasTableOperations) table).operations();
        TableMetadata base = operations.refresh();
        Path list = forge(Path.of(table.location() + "/metadata/snap.avro"));
        Snapshot snapshot = SnapshotParser.fromJson("""
                {"snapshot-id": 5, "sequence-number": 1, "timestamp-ms": %d, "manifest-list": "%s",
                 "summary": {"operation": "append"}, "schema-id": 0}
                """.formatted(Instant.now().toEpochMilli(), list));
        operations.commit(
                base,
                TableMetadata.buildFrom(base)
                        .setBranchSnapshot(snapshot, "main")
                        .build());
    }

    private static void append(String table, int value) {
        Reply reply =
                server.write("{'x': [" + value + "]}", Map.of("destination", "default." + table, "saveMode", "append"));
        assertThat(reply.status()).as(reply.text()).isLessThan(500);
    }

    private static void refused(String path, String body) {
        Reply reply = server.post(path, filled(body));

        assertThat(reply.status()).as(reply.text()).isBetween(400, 499);
        assertThat(reply.json().at("/error/message").asText())
                .isNotEmpty()
                .doesNotContain("java.", "org.apache", "null");
    }

    private static Reply register(Path metadata) {
        return server.post(
                NAMESPACES + "/default/register",
                "{\"name\": \"registered\", \"metadata-location\": \"" + metadata + "\"}");
    }

    private static String filled(String body) {
        return body.replace("SCHEMA", SCHEMA)
                .replace("WAREHOUSE", server.home().resolve("lake/warehouse").toString())
                .replace("VICTIM_LIST", victimList.toString())
                .replace("VICTIM_METADATA", victimMetadata())
                .replace("VICTIM_DATA", data("victim").toString())
                .replace("VICTIM", victim.toString())
                .replace("FORGED_LIST", forgedList.toString())
                .replace("MY_LIST", myList.toString())
                .replace("MY_DATA", data("mine").toString())
                .replace("MY_SNAPSHOT", String.valueOf(tables.currentSnapshot("mine")))
                .replace("MINE", mine.toString())
                .replace("NOW", String.valueOf(Instant.now().toEpochMilli()));
    }

    private static String victimMetadata() {
        return tables.metadataFile("victim");
    }

    private static Path list(String table) {
        return tables.with(
                table, loaded -> LocalFileIO.path(loaded.currentSnapshot().manifestListLocation()));
    }

    private static Path data(String table) {
        return tables.with(
                table,
                loaded ->
                        LocalFileIO.path(IcebergTables.files(loaded).getFirst().location()));
    }

    /** The victim's list of manifests, with its data files for the manifests. */
    private static Path forge(Path file) {
        try (DataFileReader<GenericRecord> in =
                        new DataFileReader<>(victimList.toFile(), new GenericDatumReader<GenericRecord>());
                DataFileWriter<GenericRecord> out = new DataFileWriter<>(new GenericDatumWriter<GenericRecord>())) {
            for (String key : in.getMetaKeys()) {
                if (!key.startsWith("avro.")) {
                    out.setMeta(key, in.getMeta(key));
                }
            }
            out.create(in.getSchema(), file.toFile());
            for (GenericRecord manifest : in) {
                manifest.put("manifest_path", data("victim").toString());
                out.append(manifest);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Path, Long> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<Path, Long> sizes = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(file, Files.size(file));
            }
            return sizes;
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
