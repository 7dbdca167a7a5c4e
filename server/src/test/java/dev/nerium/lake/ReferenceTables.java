package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The tables of the reference test, one for each way in which Nerium reads a table. */
public final class ReferenceTables {
    /** Columns that a statement leaves out stand before, between and after those that it reads. */
    static final Schema COLUMNS = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "a", Types.IntegerType.get()),
            optional(3, "b", Types.LongType.get()),
            optional(4, "d", Types.StringType.get()),
            optional(5, "c", Types.DoubleType.get()),
            optional(6, "s", Types.StringType.get()),
            optional(7, "ts", Types.TimestampType.withoutZone()),
            optional(8, "day", Types.DateType.get()),
            optional(9, "x", Types.DoubleType.get()),
            optional(10, "e", Types.ListType.ofOptional(20, Types.IntegerType.get())),
            optional(11, "m", Types.DecimalType.of(9, 2)),
            optional(12, "flag", Types.BooleanType.get()),
            optional(13, "f", Types.FloatType.get()));

    private static final Schema PARTNER = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "label", Types.StringType.get()),
            optional(3, "d", Types.StringType.get()),
            optional(4, "w", Types.LongType.get()),
            optional(5, "day", Types.DateType.get()));

    private static final Schema TYPES = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "u", Types.UUIDType.get()),
            optional(3, "d", Types.StringType.get()),
            optional(4, "fx", Types.FixedType.ofLength(3)),
            optional(5, "tz", Types.TimestampType.withZone()),
            optional(6, "c", Types.DoubleType.get()),
            optional(7, "bin", Types.BinaryType.get()),
            optional(8, "t", Types.TimeType.get()),
            optional(9, "big", Types.DecimalType.of(30, 10)),
            optional(10, "a", Types.IntegerType.get()),
            optional(11, "small", Types.DecimalType.of(15, 4)),
            optional(12, "day", Types.DateType.get()));

    private static final Schema NANOSECONDS = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "ns", Types.TimestampNanoType.withoutZone()),
            optional(3, "d", Types.StringType.get()),
            optional(4, "nz", Types.TimestampNanoType.withZone()),
            optional(5, "c", Types.DoubleType.get()),
            optional(6, "s", Types.StringType.get()),
            optional(7, "a", Types.IntegerType.get()),
            optional(8, "day", Types.DateType.get()));

    private static final Schema NESTED = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(
                    2,
                    "st",
                    Types.StructType.of(
                            optional(20, "p", Types.IntegerType.get()),
                            optional(21, "q", Types.StringType.get()),
                            optional(22, "on", Types.DateType.get()))),
            optional(3, "d", Types.StringType.get()),
            optional(4, "e", Types.ListType.ofOptional(30, Types.LongType.get())),
            optional(5, "c", Types.DoubleType.get()),
            optional(
                    6,
                    "ls",
                    Types.ListType.ofOptional(
                            40,
                            Types.StructType.of(
                                    optional(41, "k", Types.StringType.get()),
                                    optional(42, "v", Types.IntegerType.get())))),
            optional(7, "a", Types.IntegerType.get()),
            optional(8, "mp", Types.MapType.ofOptional(50, 51, Types.StringType.get(), Types.LongType.get())),
            optional(9, "ts", Types.TimestampType.withoutZone()),
            optional(
                    10,
                    "deep",
                    Types.StructType.of(
                            optional(
                                    60,
                                    "in",
                                    Types.StructType.of(
                                            optional(61, "n", Types.IntegerType.get()),
                                            optional(62, "f", Types.FloatType.get()))),
                            optional(63, "tags", Types.ListType.ofOptional(64, Types.StringType.get())))),
            optional(11, "s", Types.StringType.get()));

    private final Catalog catalog;
    private final ReferenceFrames frames;

    private ReferenceTables(Catalog catalog, ReferenceFrames frames) {
        this.catalog = catalog;
        this.frames = frames;
    }

    /**
     * Makes tables in a server's lake and in its catalog {@code s3}, their frames in the folder, and {@code tables.json}, which
     * lists both.
     *
     * @param store S3 with the bucket of that catalog
     */
    public static void create(TestServer server, URI store, Path folder) {
        ReferenceFrames frames = new ReferenceFrames(folder);
        try (EmbeddedCatalog catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO())) {
            new ReferenceTables(catalog, frames).createLocal();
        }
        try (JdbcCatalog catalog = new JdbcCatalog()) {
            catalog.initialize("s3", S3Server.foreignCatalog(server.home().resolve("s3.db"), store));
            catalog.createNamespace(Namespace.of("default"));
            new ReferenceTables(catalog, frames).createStored();
        }
        frames.describe();
    }

    private void createLocal() {
        makeFiles();
        makePartitioned();
        makeEvolved();
        makeDeleted();
        makeNested();
        makeVersions();
        frames.add("partner", filled("partner", PARTNER, 2, 1, 40));
    }

    private void createStored() {
        make("store", name -> filled(name, COLUMNS, 2, 3, 120));
        make("store-evolved-deletes", this::evolvedDeletes);
    }

    private void makeFiles() {
        make("plain", name -> filled(name, COLUMNS, 2, 1, 600));
        make("files", name -> filled(name, COLUMNS, 2, 5, 120));
        make("many-files", name -> filled(name, COLUMNS, 2, 300, 2));
        make("row-groups", this::rowGroups);
        make("empty", name -> ForeignTable.create(catalog, name, 2, COLUMNS));
        // Nothing can write a table with a uuid column.
        frames.add("types", filled("types", TYPES, 2, 2, 150));
        make("nanoseconds", name -> filled(name, NANOSECONDS, 3, 2, 150));
        // Without field ids, so that no merge can rewrite them.
        frames.add("name-mapping", new HiveFiles(catalog, "name_mapping").create(), HiveFiles.rows());
    }

    private void makePartitioned() {
        make("partitioned", name -> partitioned(name, 150));
        make("repartitioned", this::repartitioned);
        make("values-in-partitions", this::valuesInPartitions);
    }

    private void makeEvolved() {
        make("renamed", name -> evolved(name, 2, ReferenceTables::rename));
        make("widened", name -> evolved(name, 2, ReferenceTables::widen));
        make("added", name -> evolved(name, 2, ReferenceTables::add));
        make("defaults", name -> evolved(name, 3, ReferenceTables::addWithDefaults));
        make(
                "readded",
                name -> evolved(
                        name,
                        2,
                        update -> update.deleteColumn("c").deleteColumn("a"),
                        update -> update.addColumn("c", Types.DoubleType.get()).addColumn("a", Types.LongType.get())));
        // A merge refuses them.
        frames.add(
                "widened-decimals",
                evolved("widened_decimals", 2, update -> update.updateColumn("m", Types.DecimalType.of(14, 2))));
    }

    private void makeDeleted() {
        make("position-deletes", name -> deleted(name, 2));
        make("deletion-vectors", name -> deleted(name, 3));
        make("equality-deletes", this::equalityDeletes);
        make("evolved-deletes", this::evolvedDeletes);
    }

    private void makeNested() {
        make("nested", name -> filled(name, NESTED, 2, 2, 150));
        make("nested-evolved", this::nestedEvolved);
    }

    /** A table of a kind, and one like it that merges change. */
    private void make(String kind, Function<String, ForeignTable> table) {
        String name = kind.replace('-', '_');
        frames.add(kind, table.apply(name));
        frames.addTarget(kind, table.apply(name + "_target"));
    }

    private ForeignTable filled(String name, Schema schema, int version, int files, int rowsEach) {
        ForeignTable table = ForeignTable.create(catalog, name, version, schema);
        append(table, new ReferenceRows(name.hashCode()), files, rowsEach);
        return table;
    }

    /** The files in one commit, because a catalog in SQLite takes its time for each. */
    private static List<DataFile> append(ForeignTable table, ReferenceRows rows, int files, int rowsEach) {
        List<DataFile> written = IntStream.range(0, files)
                .mapToObj(i -> table.write(rows.next(table.table().schema().asStruct(), rowsEach)))
                .flatMap(List::stream)
                .toList();
        var append = table.table().newFastAppend();
        written.forEach(append::appendFile);
        append.commit();
        return written;
    }

    private ForeignTable rowGroups(String name) {
        ForeignTable table = ForeignTable.create(catalog, name, 2, COLUMNS);
        table.table()
                .updateProperties()
                .set("write.parquet.row-group-size-bytes", "8192")
                .set("write.parquet.row-group-check-min-record-count", "100")
                .set("write.parquet.row-group-check-max-record-count", "100")
                .set("write.parquet.page-row-limit", "50")
                .commit();
        table.table().refresh();
        append(table, new ReferenceRows(7), 1, 1500);
        return table;
    }

    private ForeignTable partitioned(String name, int rowsEach) {
        PartitionSpec spec =
                PartitionSpec.builderFor(COLUMNS).identity("d").month("day").build();
        ForeignTable table = ForeignTable.create(catalog, name, 2, COLUMNS, spec);
        append(table, new ReferenceRows(name.hashCode()), 2, rowsEach);
        return table;
    }

    private ForeignTable repartitioned(String name) {
        ForeignTable table = partitioned(name, 80);
        table.table()
                .updateSpec()
                .removeField("d")
                .addField(Expressions.bucket("b", 3))
                .commit();
        append(table, new ReferenceRows(name.hashCode()).skip(160), 2, 80);
        return table;
    }

    /** As imported from Hive: the files of a partition do not have the columns that it is of. */
    private ForeignTable valuesInPartitions(String name) {
        PartitionSpec spec =
                PartitionSpec.builderFor(COLUMNS).identity("d").identity("flag").build();
        ForeignTable table = ForeignTable.create(catalog, name, 2, COLUMNS, spec);
        ReferenceRows rows = new ReferenceRows(name.hashCode());
        table.appendWithout(Set.of("d", "flag"), rows.next(COLUMNS.asStruct(), 300));
        return table;
    }

    /** Files from before, between and after changes of the columns. */
    @SafeVarargs
    private ForeignTable evolved(String name, int version, Consumer<UpdateSchema>... changes) {
        ForeignTable table = ForeignTable.create(catalog, name, version, COLUMNS);
        ReferenceRows rows = new ReferenceRows(name.hashCode());
        append(table, rows, 2, 90);
        for (Consumer<UpdateSchema> change : changes) {
            change(table, change);
            append(table, rows, 1, 90);
        }
        return table;
    }

    private static void change(ForeignTable table, Consumer<UpdateSchema> change) {
        UpdateSchema update = table.table().updateSchema();
        change.accept(update);
        update.commit();
    }

    /** Two columns take each other's name. */
    private static void rename(UpdateSchema update) {
        update.renameColumn("c", "f")
                .renameColumn("f", "c")
                .renameColumn("s", "text")
                .moveFirst("day");
    }

    private static void widen(UpdateSchema update) {
        update.updateColumn("a", Types.LongType.get()).updateColumn("f", Types.DoubleType.get());
    }

    private static void add(UpdateSchema update) {
        update.addColumn("late", Types.StringType.get())
                .moveAfter("late", "id")
                .addColumn("n", Types.LongType.get())
                .moveBefore("n", "d")
                .addColumn("le", Types.ListType.ofOptional(100, Types.IntegerType.get()));
    }

    private static void addWithDefaults(UpdateSchema update) {
        update.addColumn("late", Types.StringType.get(), "", Literal.of("dé\"fault"))
                .moveAfter("late", "id")
                .addColumn("n", Types.LongType.get(), "", Literal.of(7L))
                .moveBefore("n", "d")
                .addColumn(
                        "on", Types.DateType.get(), "", Literal.of("2026-02-28").to(Types.DateType.get()))
                .addColumn(
                        "q", Types.DecimalType.of(9, 2), "", Literal.of("1.50").to(Types.DecimalType.of(9, 2)));
    }

    private ForeignTable deleted(String name, int version) {
        ForeignTable table = ForeignTable.create(catalog, name, version, COLUMNS);
        delete(table, append(table, new ReferenceRows(name.hashCode()), 3, 130), version);
        return table;
    }

    /** Every seventh row of all files but the last. */
    private static void delete(ForeignTable table, List<DataFile> files, int version) {
        for (DataFile file : files.subList(0, files.size() - 1)) {
            long[] positions = LongStream.range(0, file.recordCount())
                    .filter(position -> position % 7 == 3)
                    .toArray();
            if (version > 2) {
                table.deleteByVector(Map.of(file, positions));
            } else {
                table.deletePositions(file, positions);
            }
        }
    }

    private ForeignTable equalityDeletes(String name) {
        ForeignTable table = ForeignTable.create(catalog, name, 2, COLUMNS);
        ReferenceRows rows = new ReferenceRows(name.hashCode());
        append(table, rows, 2, 130);
        deleteEqual(table, List.of("a"), (Object) 3);
        deleteEqual(table, List.of("d", "flag"), "y", true);
        deleteEqual(table, List.of("d", "flag"), null, null);
        append(table, rows, 1, 130);
        return table;
    }

    private static void deleteEqual(ForeignTable table, List<String> columns, @Nullable Object... values) {
        table.deleteEqual(columns, List.of(ForeignTable.record(table.keySchema(columns), values)));
    }

    private ForeignTable evolvedDeletes(String name) {
        ForeignTable table = ForeignTable.create(catalog, name, 2, COLUMNS);
        ReferenceRows rows = new ReferenceRows(name.hashCode());
        List<DataFile> old = append(table, rows, 2, 120);
        change(table, ReferenceTables::rename);
        change(
                table,
                update -> update.updateColumn("a", Types.LongType.get()).updateColumn("c", Types.DoubleType.get()));
        delete(table, old, 2);
        delete(table, append(table, rows, 2, 120), 2);
        deleteEqual(table, List.of("a"), 5L);
        return table;
    }

    private ForeignTable nestedEvolved(String name) {
        ForeignTable table = ForeignTable.create(catalog, name, 2, NESTED);
        ReferenceRows rows = new ReferenceRows(name.hashCode());
        append(table, rows, 2, 100);
        change(
                table,
                update -> update.renameColumn("st.p", "renamed")
                        .updateColumn("st.p", Types.LongType.get())
                        .addColumn("st", "more", Types.StringType.get())
                        .moveFirst("st.more")
                        .updateColumn("deep.in.n", Types.LongType.get())
                        .updateColumn("deep.in.f", Types.DoubleType.get())
                        .addColumn("ls.element", "w", Types.DateType.get())
                        .renameColumn("deep.tags", "labels"));
        append(table, rows, 1, 100);
        change(table, update -> update.deleteColumn("st.on").moveAfter("ls", "id"));
        append(table, rows, 1, 100);
        return table;
    }

    /** A table by the id of a snapshot, by a tag, and what its metadata tables say. */
    private void makeVersions() {
        ForeignTable table = filled("versions", COLUMNS, 2, 2, 150);
        long snapshot = table.table().currentSnapshot().snapshotId();
        change(table, ReferenceTables::rename);
        List<DataFile> files = append(table, new ReferenceRows(8).skip(300), 3, 60);
        long second = table.table().currentSnapshot().snapshotId();
        table.table().manageSnapshots().createTag("audited", second).commit();
        delete(table, files, 2);
        change(table, update -> update.deleteColumn("e").addColumn("z", Types.LongType.get()));
        append(table, new ReferenceRows(9).skip(480), 1, 60);
        frames.addVersion("snapshot", table, "default.versions@" + snapshot, snapshot);
        frames.addVersion("tag", table, "default.versions@tag:audited", second);
        frames.addMetadata("default.versions$snapshots", "snapshot_id");
        frames.addMetadata("default.many_files$files", "file_path");
    }
}
