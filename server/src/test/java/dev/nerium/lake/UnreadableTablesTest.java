package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that can't be read are told of by name and reason; no row is guessed. */
@Tag("server")
class UnreadableTablesTest {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

    private static TestServer server;
    private static Catalog catalog;

    @BeforeAll
    static void start() {
        server = TestServer.start();
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
                    .isEqualTo(
                            "A deletion vector of the table is corrupt, so its rows can't be told from deleted ones.");
        }
    }

    private static DeleteFile vector(ForeignTable table) throws IOException {
        try (CloseableIterable<FileScanTask> tasks = table.table().newScan().planFiles()) {
            return tasks.iterator().next().deletes().getFirst();
        }
    }
}
