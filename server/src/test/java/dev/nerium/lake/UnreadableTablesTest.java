package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that can't be read are told of by name and reason; no row is guessed. */
@Tag("server")
class UnreadableTablesTest {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

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
    @EnumSource(names = {"AVRO", "ORC"})
    void namesTheFormatOfOtherFiles(FileFormat format) {
        ForeignTable table = ForeignTable.create(catalog, "as_" + format, 2, SCHEMA);
        table.append(table.row(1L));
        String other = table.table().location() + "/data/other." + format;
        DataFile file = DataFiles.builder(table.table().spec())
                .withPath(other)
                .withFormat(format)
                .withFileSizeInBytes(100)
                .withRecordCount(3)
                .build();
        table.table().newAppend().appendFile(file).commit();

        Reply reply = server.query("SELECT * FROM t", "t=default.as_" + format);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("UNSUPPORTED_TABLE");
        assertThat(reply.error())
                .isEqualTo("The table oleander.default.as_" + format + " has data files in the format " + format
                        + ", such as " + other + ", which this version of Nerium does not read.");
    }

    @Test
    void writesNothingInTheClearIntoAnEncryptedTable() {
        ForeignTable table = ForeignTable.create(catalog, "secret", 3, SCHEMA);
        table.append(table.row(1L));
        table.table().updateProperties().set("encryption.key-id", "k1").commit();

        for (String mode : new String[] {"append", "overwrite"}) {
            Reply reply = server.script(
                    "result = pl.DataFrame({'id': [2]})", Map.of("destination", "default.secret", "saveMode", mode));
            assertUnsupported(
                    reply,
                    "The table oleander.default.secret is encrypted (encryption.key-id is 'k1'), and this version of Nerium"
                            + " writes no encrypted files. Write it with an engine that has the key, or write to another table.");
        }
        assertUnsupported(
                server.post("/api/v2/catalogs/oleander/namespaces/default/tables/secret/compact", "{}"),
                "The table oleander.default.secret is encrypted");
        assertThat(server.query("SELECT id FROM t", "t=default.secret").rows()).isEqualTo("[[1]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "say \"n\"", "two\nlines", "ID", "it's", "\u00e4 \ud83c\udf3a"})
    void readsAColumnOfAnyName(String name) {
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, name, Types.LongType.get()));
        String table = "named" + name.hashCode();
        ForeignTable named = ForeignTable.create(catalog, table.replace('-', '_'), 2, schema);
        if (!name.isEmpty()) {
            // Iceberg's writer takes no empty name, its catalogs do.
            named.append(named.row(1L, 2L));
        }

        named.assertReadAlike(server);
        assertThat(server.query("SELECT * FROM t", "t=default." + table.replace('-', '_'))
                        .json()
                        .at("/results/columns/1")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void refusesAColumnOfAnotherTypeOnlyWhereItIsUsed() {
        ForeignTable table = ForeignTable.create(catalog, "typed", 3, SCHEMA);
        table.append(table.row(1L), table.row(2L));
        table.table()
                .updateSchema()
                .addColumn("v", Types.VariantType.get())
                .addColumn("g", Types.GeometryType.crs84())
                .addColumn(
                        "st", Types.StructType.of(Types.NestedField.optional(10, "inner", Types.GeographyType.crs84())))
                .addColumn("u", Types.UnknownType.get())
                .commit();

        assertThat(server.query("SELECT id, u FROM t WHERE id > 1", "t=default.typed")
                        .rows())
                .isEqualTo("[[2,null]]");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.typed")
                        .rows())
                .isEqualTo("[[2]]");
        Map.of("v", "v' of the type variant", "g", "g' of the type geometry", "st", "st.inner' of the type geography")
                .forEach((column, named) -> assertUnsupported(
                        server.query("SELECT id FROM t WHERE " + column + " IS NOT NULL", "t=default.typed"),
                        "The table oleander.default.typed has the column '" + named));
        assertUnsupported(server.query("SELECT * FROM t", "t=default.typed"), "Read its other columns.");
        assertUnsupported(
                server.post("/api/v2/catalogs/oleander/namespaces/default/tables/typed/compact", "{\"all\": true}"),
                "The destination oleander.default.typed has the column");
        assertUnsupported(
                server.script(
                        "result = pl.DataFrame({'id': [3]})",
                        Map.of("destination", "default.typed", "saveMode", "append")),
                "The destination oleander.default.typed has the column 'v' of the type variant, which Polars can't write.");
    }

    @Test
    void namesEncryptedFiles() {
        ForeignTable table = ForeignTable.create(catalog, "sealed", 3, SCHEMA);
        table.table()
                .newAppend()
                .appendFile(DataFiles.builder(table.table().spec())
                        .withPath(table.table().location() + "/data/sealed.parquet")
                        .withFormat(FileFormat.PARQUET)
                        .withFileSizeInBytes(100)
                        .withRecordCount(3)
                        .withEncryptionKeyMetadata(ByteBuffer.wrap(new byte[] {1}))
                        .build())
                .commit();

        assertUnsupported(server.query("SELECT id FROM t", "t=default.sealed"), "has encrypted files, such as ");
    }

    @Test
    void namesANameMappingThatIsNone() {
        ForeignTable table = ForeignTable.create(catalog, "mapped", 2, SCHEMA);
        table.append(table.row(1L));
        table.table()
                .updateProperties()
                .set("schema.name-mapping.default", "[{\"field-id\": \"one\"")
                .commit();

        assertUnsupported(
                server.query("SELECT id FROM t", "t=default.mapped"),
                "has the property 'schema.name-mapping.default', whose value is not a readable name mapping:"
                        + " [{\"field-id\": \"one\"");
    }

    @Test
    void namesAManifestThatIsNotWrittenAsItMustBe() throws IOException {
        ForeignTable table = ForeignTable.create(catalog, "manifests", 2, SCHEMA);
        table.append(table.row(1L));
        Path manifest = Path.of(table.table()
                .currentSnapshot()
                .dataManifests(table.table().io())
                .getFirst()
                .path());
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length - 1] ^= 1;
        Files.write(manifest, bytes);

        assertUnsupported(
                server.query("SELECT id FROM t", "t=default.manifests"),
                "The table oleander.default.manifests has a manifest, or a manifest list, that violates Iceberg's"
                        + " specification");
    }

    /** As some writers do; the specification says int. */
    @Test
    void namesAManifestWhoseEqualityIdsAreLong() throws IOException {
        ForeignTable table = ForeignTable.create(catalog, "long_ids", 2, SCHEMA);
        table.append(table.row(1L), table.row(2L));
        table.deleteEqual(List.of("id"), List.of(ForeignTable.record(table.keySchema(List.of("id")), 1L)));
        Snapshot snapshot = table.table().currentSnapshot();
        Path manifest =
                Path.of(snapshot.deleteManifests(table.table().io()).getFirst().path());
        String ids = "\"items\":\"int\",\"element-id\":136";
        rewrite(manifest, schema -> schema.replace(ids, ids.replace("int", "long")), row -> row);
        rewrite(Path.of(snapshot.manifestListLocation()), schema -> schema, row -> {
            if (row.get("manifest_path").toString().equals(manifest.toString())) {
                row.put("manifest_length", manifest.toFile().length());
            }
            return row;
        });

        assertUnsupported(
                server.query("SELECT id FROM t", "t=default.long_ids"),
                "The table oleander.default.long_ids has a manifest, or a manifest list, that violates Iceberg's"
                        + " specification");
    }

    private static void rewrite(Path file, UnaryOperator<String> schema, UnaryOperator<GenericRecord> row)
            throws IOException {
        List<GenericRecord> rows = new ArrayList<>();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (DataFileReader<GenericRecord> reader = new DataFileReader<>(file.toFile(), new GenericDatumReader<>());
                DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            reader.forEach(rows::add);
            for (String key : reader.getMetaKeys()) {
                if (!key.startsWith("avro.")) {
                    writer.setMeta(key, reader.getMeta(key));
                }
            }
            writer.create(
                    new org.apache.avro.Schema.Parser()
                            .parse(schema.apply(reader.getSchema().toString())),
                    written);
            for (GenericRecord each : rows) {
                writer.append(row.apply(each));
            }
        }
        Files.write(file, written.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {-100, -1, 1, 1_000_000})
    void readsAFileWhoseSizeTheManifestGetsWrong(long difference) {
        ForeignTable table = ForeignTable.create(catalog, "sizes" + Math.abs(difference * 2 + 1), 2, SCHEMA);
        DataFile written = table.write(List.of(table.row(1L), table.row(2L))).getFirst();
        table.table()
                .newAppend()
                .appendFile(DataFiles.builder(table.table().spec())
                        .copy(written)
                        .withFileSizeInBytes(written.fileSizeInBytes() + difference)
                        .build())
                .commit();

        assertThat(server.query(
                                "SELECT sum(id) AS s FROM t WHERE id > 0",
                                "t=" + table.table().name().replace("oleander.", ""))
                        .rows())
                .isEqualTo("[[3]]");
    }

    private static void assertUnsupported(Reply reply, String error) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("UNSUPPORTED_TABLE");
        assertThat(reply.error()).contains(error);
    }

    @Test
    void believesNoVectorWhoseChecksumIsWrong() throws IOException {
        ForeignTable table = ForeignTable.create(catalog, "vectors", 3, SCHEMA);
        DataFile data =
                table.append(table.row(1L), table.row(2L), table.row(3L)).getFirst();
        table.deleteByVector(Map.of(data, new long[] {1}));
        assertThat(server.query("SELECT sum(id) AS s FROM t", "t=default.vectors")
                        .rows())
                .isEqualTo("[[4]]");

        DeleteFile vector = vector(table);
        Path file = Path.of(vector.location());
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (vector.contentOffset() + vector.contentSizeInBytes()) - 6] ^= 1;
        Files.write(file, bytes);

        for (String query : new String[] {"SELECT sum(id) AS s FROM t", "SELECT id FROM t WHERE id > 1"}) {
            Reply reply = server.query(query, "t=default.vectors");
            assertThat(reply.status()).as(query).isEqualTo(400);
            assertThat(reply.error())
                    .as(query)
                    .isEqualTo("A deletion vector of the table is corrupt, so its deleted rows are unknown.");
        }
    }

    private static DeleteFile vector(ForeignTable table) throws IOException {
        try (CloseableIterable<FileScanTask> tasks = table.table().newScan().planFiles()) {
            return tasks.iterator().next().deletes().getFirst();
        }
    }
}
