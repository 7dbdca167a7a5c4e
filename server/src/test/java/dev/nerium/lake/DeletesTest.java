package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import dev.nerium.TestServer;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deletes of every kind, written by Iceberg's writers. */
@Tag("server")
class DeletesTest {
    private static final Schema ROWS = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "kind", Types.StringType.get()),
            optional(3, "size", Types.DoubleType.get()));
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
    void appliesPositionDeletesToTheFileThatTheyName() {
        ForeignTable t = ForeignTable.create(catalog, "own", 2, ROWS);
        DataFile first = rows(t, 0);
        DataFile second = rows(t, 10);

        t.deletePositions(first, 0, 2);
        t.deletePositions(second, 1);
        t.deletePositions(second, 1, 3);

        t.assertReadAlike(server);
    }

    @Test
    void appliesADeleteFileThatSeveralDataFilesShare() {
        ForeignTable t = ForeignTable.create(catalog, "shared", 2, ROWS);
        DataFile first = rows(t, 0);
        DataFile second = rows(t, 10);
        rows(t, 20);

        t.deletePositions(Map.of(first, new long[] {0, 2}, second, new long[] {1}));
        t.deletePositions(first, 3);

        t.assertReadAlike(server);
    }

    @Test
    void appliesDeletionVectors() {
        ForeignTable t = ForeignTable.create(catalog, "vectors", 3, ROWS);
        DataFile first = rows(t, 0);
        DataFile second = rows(t, 10);
        rows(t, 20);

        t.deleteByVector(Map.of(first, new long[] {0, 2}, second, new long[] {1, 2, 3}));

        t.assertReadAlike(server);
    }

    @Test
    void appliesEqualityDeletesToOlderRowsOnly() {
        ForeignTable t = ForeignTable.create(catalog, "equality", 2, ROWS);
        rows(t, 0);
        t.deleteEqual(List.of("id"), List.of(key(t, List.of("id"), 1L), key(t, List.of("id"), 12L)));
        rows(t, 0);
        rows(t, 10);
        t.deleteEqual(List.of("id"), List.of(key(t, List.of("id"), 10L)));

        t.assertReadAlike(server);
    }

    @Test
    void appliesSeveralSetsOfEqualityColumns() {
        ForeignTable t = ForeignTable.create(catalog, "sets", 2, ROWS);
        rows(t, 0);
        t.deleteEqual(List.of("kind"), List.of(key(t, List.of("kind"), (Object) null)));
        rows(t, 0);
        t.deleteEqual(List.of("id", "kind"), List.of(key(t, List.of("id", "kind"), 0L, "a")));
        t.deleteEqual(List.of("id"), List.of(key(t, List.of("id"), 1L)));

        t.assertReadAlike(server);
    }

    @Test
    void tellsZeroFromNegativeZeroAndFindsNotANumberAsIcebergDoes() {
        ForeignTable t = ForeignTable.create(catalog, "floats", 2, ROWS);
        t.append(
                t.row(1L, "a", 0.0),
                t.row(2L, "a", -0.0),
                t.row(3L, "a", Double.NaN),
                t.row(4L, "a", null),
                t.row(5L, "a", Double.NEGATIVE_INFINITY));
        t.deleteEqual(List.of("size"), List.of(key(t, List.of("size"), -0.0), key(t, List.of("size"), Double.NaN)));

        t.assertReadAlike(server);
    }

    @Test
    void appliesEqualityDeletesWithinTheirPartition() {
        PartitionSpec spec = PartitionSpec.builderFor(ROWS).identity("kind").build();
        ForeignTable t = ForeignTable.create(catalog, "partitions", 2, ROWS, spec);
        List<DataFile> files =
                t.append(t.row(1L, "a", 1.0), t.row(1L, "b", 1.0), t.row(2L, "b", 1.0), t.row(1L, null, 1.0));

        t.deleteEqual(files.get(1), List.of("id"), List.of(key(t, List.of("id"), 1L)));
        t.deleteEqual(files.get(2), List.of("id"), List.of(key(t, List.of("id"), 1L)));

        t.assertReadAlike(server);
    }

    private static Record key(ForeignTable t, List<String> columns, @Nullable Object... values) {
        return ForeignTable.record(t.keySchema(columns), values);
    }

    /** Four rows in one file. */
    private static DataFile rows(ForeignTable t, long first) {
        return t.append(
                        t.row(first, "a", 0.5),
                        t.row(first + 1, "b", -1.5),
                        t.row(first + 2, null, null),
                        t.row(first + 3, "a", Double.NaN))
                .getFirst();
    }
}
