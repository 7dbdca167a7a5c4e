package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Data files that an engine without Iceberg wrote: their columns have names, but no field ids. */
@Tag("server")
class NameMappingTest {
    private static final Schema ROWS = new Schema(
            optional(1, "id", Types.LongType.get()),
            optional(2, "st", Types.StructType.of(optional(5, "a", Types.IntegerType.get()))),
            optional(3, "tags", Types.ListType.ofOptional(6, Types.StringType.get())),
            optional(4, "region", Types.StringType.get()));
    private static final MessageType STORED = MessageTypeParser.parseMessageType("""
            message hive {
              optional int32 ID_OLD;
              optional group st { optional int32 a; }
              optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
              optional int32 unknown;
            }
            """);
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

    @Test
    void findsColumnsByTheNamesOfTheMapping() throws IOException {
        ForeignTable t = hiveTable("mapped");
        DataFile file = addWithoutIds(t, "eu");
        addWithoutIds(t, "us");
        t.append(t.row(7L, null, List.of("z"), "eu"));
        t.table()
                .updateSchema()
                .renameColumn("st.a", "renamed")
                .addColumn("st", "more", Types.StringType.get())
                .updateColumn("st.a", Types.LongType.get())
                .addColumn("added", Types.DateType.get())
                .commit();

        // Not as Iceberg's generic reader has it, which gives null for the struct of a file without ids.
        assertThat(t.read(server, "SELECT * FROM t"))
                .containsExactly(
                        "[1, {renamed: 10, more: null}, [\"t1\"], \"eu\", null]",
                        "[1, {renamed: 10, more: null}, [\"t1\"], \"us\", null]",
                        "[2, {renamed: 20, more: null}, [\"t2\"], \"eu\", null]",
                        "[2, {renamed: 20, more: null}, [\"t2\"], \"us\", null]",
                        "[7, null, [\"z\"], \"eu\", null]");

        t.deletePositions(file, 0);
        t.deleteEqual(file, List.of("id"), List.of(ForeignTable.record(t.keySchema(List.of("id")), 1L)));

        assertThat(t.read(server, "SELECT * FROM t WHERE region = 'eu'"))
                .containsExactly(
                        "[2, {renamed: 20, more: null}, [\"t2\"], \"eu\", null]", "[7, null, [\"z\"], \"eu\", null]");
        assertThat(server.query("SELECT id FROM t WHERE region = 'us' ORDER BY id", "t=default.mapped")
                        .rows())
                .isEqualTo("[[1],[2]]");
    }

    @Test
    void saysWhatToDoWhereThereIsNoMapping() throws IOException {
        ForeignTable t = hiveTable("unmapped");
        t.table()
                .updateProperties()
                .remove(TableProperties.DEFAULT_NAME_MAPPING)
                .commit();
        addWithoutIds(t, "eu");

        TestServer.Reply reply = server.query("SELECT * FROM t", "t=default.unmapped");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).contains("oleander.default.unmapped", "field ids");
        assertThat(reply.text()).contains("schema.name-mapping.default");
    }

    private static ForeignTable hiveTable(String name) {
        PartitionSpec spec = PartitionSpec.builderFor(ROWS).identity("region").build();
        ForeignTable t = ForeignTable.create(catalog, name, 2, ROWS, spec);
        String mapping = NameMappingParser.toJson(MappingUtil.create(t.table().schema()))
                .replace("\"id\"", "\"id\", \"ID_OLD\"")
                .replace("\"field-id\", \"ID_OLD\"", "\"field-id\"");
        t.table()
                .updateProperties()
                .set(TableProperties.DEFAULT_NAME_MAPPING, mapping)
                .commit();
        return t;
    }

    /** Two rows; the partition's column is not in the file, as Hive has it. */
    private static DataFile addWithoutIds(ForeignTable t, String region) throws IOException {
        Path path = Path.of(LocalFileIO.path(t.table().location()).toString(), "hive-" + region + ".parquet");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(path))
                .withType(STORED)
                .build()) {
            for (int i = 1; i <= 2; i++) {
                Group row = new SimpleGroupFactory(STORED)
                        .newGroup()
                        .append("ID_OLD", i)
                        .append("unknown", 5);
                row.addGroup("st").append("a", i * 10);
                row.addGroup("tags").addGroup("list").append("element", "t" + i);
                writer.write(row);
            }
        }
        DataFile file = DataFiles.builder(t.table().spec())
                .withInputFile(Files.localInput(path.toFile()))
                .withPartitionPath("region=" + region)
                .withRecordCount(2)
                .build();
        t.table().newFastAppend().appendFile(file).commit();
        return file;
    }
}
