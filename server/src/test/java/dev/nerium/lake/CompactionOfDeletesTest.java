package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.maintenance.CompactionOptions;
import dev.nerium.lake.maintenance.CompactionOptions.Selection;
import dev.nerium.lake.maintenance.CompactionPlanner;
import dev.nerium.lake.maintenance.CompactionStep;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.scan.ScanPlanner;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.BaseSnapshot;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.lake.write.WritePlanner;
import dev.nerium.lake.write.WriteTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables with deletes and partitions, as other engines write them: a compaction changes no row, and drops spent deletes. */
@Tag("server")
class CompactionOfDeletesTest {
    private static final Schema ROWS =
            new Schema(required(1, "id", Types.LongType.get()), optional(2, "kind", Types.StringType.get()));
    private static TestServer server;
    private static EmbeddedCatalog catalog;

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
    void appliesAndDropsPositionDeletes() {
        ForeignTable t = ForeignTable.create(catalog, "positions", 2, ROWS);
        List<DataFile> files = fill(t);
        t.deletePositions(files.get(0), 0);
        t.deletePositions(Map.of(files.get(1), new long[] {1}, files.get(2), new long[] {0}));

        compactsTo(t, "positions", 1);
    }

    @Test
    void appliesAndDropsEqualityDeletes() {
        ForeignTable t = ForeignTable.create(catalog, "equality", 2, ROWS);
        fill(t);
        t.deleteEqual(List.of("id"), List.of(ForeignTable.record(t.keySchema(List.of("id")), 11L)));

        compactsTo(t, "equality", 1);
    }

    @Test
    void appliesAndDropsDeletionVectors() {
        ForeignTable t = ForeignTable.create(catalog, "vectors", 3, ROWS);
        List<DataFile> files = fill(t);
        t.deleteByVector(Map.of(files.get(0), new long[] {0}, files.get(4), new long[] {0, 1, 2}));

        compactsTo(t, "vectors", 1);
    }

    @Test
    void keepsADeleteFileThatOthersStillNeed() {
        ForeignTable t = ForeignTable.create(
                catalog,
                "needed",
                2,
                ROWS,
                PartitionSpec.builderFor(ROWS).identity("kind").build());
        for (int i = 0; i < 5; i++) {
            t.append(t.row(1L + i, "many"));
        }
        // One row of ten is too few for a rewrite.
        DataFile other = t.append(LongStream.range(90, 100)
                        .mapToObj(id -> t.row(id, "one"))
                        .toList())
                .getFirst();
        t.deletePositions(other, 0);
        List<String> before = t.expected();

        Reply reply = compact("needed", "{}");

        assertThat(reply.json().at("/replaced_files/count").asLong())
                .as(reply.text())
                .isEqualTo(5);
        t.table().refresh();
        assertThat(t.expected()).isEqualTo(before);
        assertThat(deleteFiles(t.table())).isEqualTo(1);
    }

    @Test
    void writesEachPartitionAndThoseOfOldSpecsByTheSpecOfToday() {
        ForeignTable t = ForeignTable.create(catalog, "evolved", 2, ROWS);
        fill(t);
        t.table().updateSpec().addField("kind").commit();
        for (int i = 0; i < 5; i++) {
            t.append(t.row(100L + i, "a"), t.row(200L + i, "b"));
        }

        compactsTo(t, "evolved", 4);
        for (FileScanTask task : tasks(t.table())) {
            assertThat(task.spec().isPartitioned()).isTrue();
        }
    }

    @Test
    void refusesToLoseAPositionDeleteThatCameMeanwhile() {
        ForeignTable t = ForeignTable.create(catalog, "meanwhile", 2, ROWS);
        List<DataFile> files = fill(t);
        CompactionStep step = step(t, "meanwhile");
        WriteTarget target = target(t, "meanwhile");

        t.deletePositions(files.get(1), 0);

        assertThatThrownBy(() -> commit(step, target)).isInstanceOf(ValidationException.class);
    }

    @Test
    void letsAnEqualityDeleteThatCameMeanwhileApplyToTheNewFile() {
        ForeignTable t = ForeignTable.create(catalog, "later", 2, ROWS);
        fill(t);
        CompactionStep step = step(t, "later");
        WriteTarget target = target(t, "later");

        t.deleteEqual(List.of("id"), List.of(ForeignTable.record(t.keySchema(List.of("id")), 11L)));
        commit(step, target);

        t.table().refresh();
        List<FileScanTask> tasks = tasks(t.table());
        assertThat(tasks).hasSize(1);
        assertThat(tasks.getFirst().deletes()).hasSize(1);
    }

    @Test
    void refusesAFileThatHasNotAllRows() {
        ForeignTable t = ForeignTable.create(catalog, "short", 2, ROWS);
        fill(t);
        CompactionStep step = step(t, "short");

        assertThatThrownBy(() -> step.update(target(t, "short"), made(t, 14)))
                .hasMessage("The worker wrote 14 rows, but the files to replace have 15: nothing was changed.");
    }

    /** Five files of three rows: ids 0, 1, 2, 10, 11, ... */
    private static List<DataFile> fill(ForeignTable t) {
        List<DataFile> files = new ArrayList<>();
        for (long i = 0; i < 50; i += 10) {
            files.addAll(t.append(t.row(i, "a"), t.row(i + 1, null), t.row(i + 2, "c")));
        }
        return files;
    }

    private static Reply compact(String table, String body) {
        Reply reply = server.post("/api/v2/catalogs/oleander/namespaces/default/tables/" + table + "/compact", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply;
    }

    private static void compactsTo(ForeignTable t, String name, int files) {
        List<String> before = t.expected();

        compact(name, "{\"all\": true}");

        t.table().refresh();
        assertThat(t.expected()).isEqualTo(before);
        t.assertReadAlike(server);
        assertThat(tasks(t.table())).hasSize(files);
        assertThat(deleteFiles(t.table())).isZero();
    }

    private static long deleteFiles(Table table) {
        return Long.parseLong(table.currentSnapshot().summary().getOrDefault("total-delete-files", "0"));
    }

    private static List<FileScanTask> tasks(Table table) {
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
            planned.forEach(tasks::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tasks;
    }

    private static CompactionStep step(ForeignTable t, String name) {
        PinnedTable pinned = PinnedTable.current(
                name(name),
                t.table(),
                ((HasTableOperations) t.table()).operations().current().metadataFileLocation());
        CompactionOptions order = new CompactionOptions(
                Selection.NEEDED, 5, OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty());
        return CompactionPlanner.plan(new ScanPlanner(1), pinned, order).step().orElseThrow();
    }

    private static WriteTarget target(ForeignTable t, String name) {
        return new WritePlanner(Catalogs.only(catalog))
                .prepare(
                        TableBranch.main(name(name)),
                        WriteModes.strict(SaveMode.Plain.APPEND),
                        BaseSnapshot.NOTHING,
                        org.apache.iceberg.SchemaParser.toJson(t.table().schema()));
    }

    private static TableName name(String table) {
        return new TableName("oleander", "default", table);
    }

    private static void commit(CompactionStep step, WriteTarget target) {
        step.update(target, made(target.transaction().table(), 15)).commit();
        target.transaction().commitTransaction();
    }

    private static DataFileBuilder made(ForeignTable t, long rows) {
        return made(t.table(), rows);
    }

    private static DataFileBuilder made(Table table, long rows) {
        String location = table.location() + "/data/made.parquet";
        DataFile file = DataFiles.builder(table.spec())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withRecordCount(rows)
                .withFileSizeInBytes(1)
                .build();
        return new DataFileBuilder(Map.of(Path.of(location), file), Set.of());
    }
}
