package dev.nerium.lake.scan;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.lake.ForeignTable;
import dev.nerium.lake.LooseFiles;
import dev.nerium.lake.NamedPlans;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which plans say that the data files can be read by the names of their columns. */
@Tag("server")
class NamedColumnsTest {
    private static final Schema ROWS =
            new Schema(optional(1, "id", Types.IntegerType.get()), optional(2, "name", Types.StringType.get()));
    private static final Schema WIDE =
            new Schema(optional(1, "id", Types.LongType.get()), optional(2, "name", Types.StringType.get()));
    private static final Schema NESTED = new Schema(
            optional(1, "id", Types.IntegerType.get()),
            optional(2, "st", Types.StructType.of(optional(3, "a", Types.IntegerType.get()))),
            optional(4, "l", Types.ListType.ofOptional(5, Types.StringType.get())),
            optional(6, "m", Types.MapType.ofOptional(7, 8, Types.StringType.get(), Types.DateType.get())));

    @TempDir
    Path home;

    private final NamedPlans plans = new NamedPlans();
    private EmbeddedCatalog catalog;

    @BeforeEach
    void open() {
        catalog = EmbeddedCatalog.open("oleander", home, new LocalFileIO());
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void readsAPlainTableByNames() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.append(t.row(2, "b"));

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");
        assertThat(plans.plan(t).byIds().storedSchemaJson()).isEmpty();
    }

    @Test
    void hasTheNamesOfTheFilesWhereColumnsWereRenamedSince() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.append(t.row(2, "b"));
        t.table().updateSchema().renameColumn("name", "title").commit();

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");

        t.append(t.row(3, "c"));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void takesNoColumnForAnotherThatHadItsName() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.table().updateSchema().deleteColumn("name").commit();
        t.table().updateSchema().addColumn("name", Types.StringType.get()).commit();

        // The new column is in no file: whoever reads by ids or by this schema knows that the old one is another.
        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");

        t.append(t.row(2, "b"));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void readsDroppedColumnsOfTheFirstFileWhereNoOtherHasTheirNames() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.table().updateSchema().deleteColumn("name").commit();
        t.append(t.row(2));

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");
    }

    @Test
    void readsAnAddedColumnByNamesWhereNoFileHasIt() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.table().updateSchema().addColumn("more", Types.DateType.get()).commit();

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");

        t.append(t.row(2, "b", null));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void readsAColumnByNamesThatLaterFilesLack() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        add(t, table("short", ROWS.select("id")).append(ForeignTable.record(ROWS.select("id"), 2)));

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");
    }

    @Test
    void readsNoColumnByNamesThatHasAnInitialDefaultWhereLaterFilesLackIt() {
        ForeignTable t = ForeignTable.create(catalog, "t", 3, ROWS.select("id"));
        List<DataFile> old = t.append(t.row(1));
        t.table()
                .updateSchema()
                .addColumn("name", Types.StringType.get(), Literal.of("none"))
                .commit();

        assertThat(plans.stored(t)).contains("[id(1): int]");

        t.table().newDelete().deleteFile(old.getFirst()).commit();
        t.append(t.row(2, "b"));
        add(t, table("short", ROWS.select("id")).append(ForeignTable.record(ROWS.select("id"), 3)));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void leavesTheWideningOfAllFilesToTheWorker() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.table().updateSchema().updateColumn("id", Types.LongType.get()).commit();

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");

        t.append(t.row(2L, "b"));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void readsNarrowIntegersByNamesAfterWideOnes() {
        ForeignTable t = table("t", WIDE);
        t.append(t.row(1L, "a"));
        add(t, table("narrow", ROWS).append(ForeignTable.record(ROWS, 2, "b")));

        assertThat(plans.stored(t)).contains("[id(1): long, name(2): string]");
    }

    @Test
    void readsNarrowFloatsByNamesAfterWideOnes() {
        Schema narrow = new Schema(optional(1, "x", Types.FloatType.get()));
        ForeignTable t = table("t", new Schema(optional(1, "x", Types.DoubleType.get())));
        t.append(t.row(1.5));
        add(t, table("narrow", narrow).append(ForeignTable.record(narrow, 2.5f)));

        assertThat(plans.stored(t)).contains("[x(1): double]");
    }

    @Test
    void readsNoDecimalByNamesThatWasWidened() {
        ForeignTable t = table("t", new Schema(optional(1, "x", Types.DecimalType.of(5, 2))));
        t.append(t.row(new java.math.BigDecimal("1.50")));

        assertThat(plans.stored(t)).isPresent();

        t.table().updateSchema().updateColumn("x", Types.DecimalType.of(7, 2)).commit();

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void readsNestedColumnsByNamesWhereTheyNeverChanged() {
        ForeignTable t = table("t", NESTED);
        t.append(t.row(1, null, List.of("x"), null));
        t.append(t.row(2, null, null, Map.of()));

        assertThat(plans.stored(t))
                .contains(
                        "[id(1): int, st(2): struct<5: a: optional int>, l(3): list<string>, m(4): map<string, date>]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rename", "widen", "add", "drop"})
    void readsNoNestedColumnByNamesThatChanged(String change) {
        Schema schema = new Schema(optional(
                1,
                "st",
                Types.StructType.of(
                        optional(2, "a", Types.IntegerType.get()), optional(3, "b", Types.IntegerType.get()))));
        ForeignTable t = table("t", schema);
        t.append(t.row((Object) null));
        switch (change) {
            case "rename" -> t.table().updateSchema().renameColumn("st.a", "c").commit();
            case "widen" ->
                t.table()
                        .updateSchema()
                        .updateColumn("st.a", Types.LongType.get())
                        .commit();
            case "add" ->
                t.table()
                        .updateSchema()
                        .addColumn("st", "c", Types.IntegerType.get())
                        .commit();
            default -> t.table().updateSchema().deleteColumn("st.a").commit();
        }

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void readsPartitionedTablesByNamesWhereTheFilesHaveTheValues() {
        PartitionSpec spec = PartitionSpec.builderFor(ROWS).identity("name").build();
        ForeignTable t = ForeignTable.create(catalog, "t", 2, ROWS, spec);
        t.append(t.row(1, "a"), t.row(2, "b"), t.row(3, null));

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");
        assertThat(plans.plan(t).files())
                .extracting(PlannedFile::constants)
                .containsExactlyInAnyOrder(Map.of(2, "\"a\""), Map.of(2, "\"b\""), Map.of());
    }

    @Test
    void readsNothingByNamesWhereAPartitionHasWhatAFileHasNot() {
        PartitionSpec spec = PartitionSpec.builderFor(ROWS).identity("name").build();
        Schema inFile = ROWS.select("id");
        ForeignTable first = ForeignTable.create(catalog, "first", 2, ROWS, spec);
        add(first, files().write(spec, "name=a", inFile, 1));
        ForeignTable later = ForeignTable.create(catalog, "later", 2, ROWS, spec);
        later.append(later.row(1, "a"));

        assertThat(plans.stored(later)).isPresent();

        add(later, files().write(spec, "name=b", inFile, 1));

        assertThat(plans.stored(first)).isEmpty();
        assertThat(plans.stored(later)).isEmpty();
    }

    @Test
    void readsFilesWithoutIdsByTheirLayout() {
        ForeignTable t = table("t", ROWS);
        t.table()
                .updateProperties()
                .set(TableProperties.DEFAULT_NAME_MAPPING, NameMappingParser.toJson(MappingUtil.create(ROWS)))
                .commit();
        t.append(t.row(1, "a"));

        assertThat(plans.stored(t)).isPresent();

        add(t, files().write("message hive { optional int32 id; optional binary name (STRING); }"));

        assertThat(plans.stored(t)).isEmpty();
        assertThat(plans.plan(t).layouts()).hasSize(1);
    }

    @Test
    void readsNoFileByNamesOfWhichSomeFieldHasNoId() {
        ForeignTable t = table("t", NESTED);
        add(t, files().write("message m { optional int32 id = 1; optional group st = 2 { optional int32 a; } }"));
        assertThat(plans.stored(t)).isEmpty();

        ForeignTable u = table("u", ROWS);
        add(u, files().write("message m { optional int32 id = 1; optional int32 extra; }"));
        assertThat(plans.stored(u)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id = 1; optional int32 other = 1;", "id = 1; optional int32 id = 7;"})
    void readsNoFileByNamesThatHasANameOrAnIdTwice(String columns) {
        ForeignTable t = table("t", ROWS);
        add(t, files().write("message m { optional int32 " + columns + " }"));

        assertThat(plans.plan(t).files()).hasSize(1);
        assertThat(plans.stored(t)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "optional int64 x (TIMESTAMP(MILLIS,false)) = 1;",
                "optional int96 x = 1;",
                "optional int32 x (INTEGER(8,true)) = 1;",
                "optional int32 x (INTEGER(32,false)) = 1;",
                "optional binary x (ENUM) = 1;"
            })
    void readsNoTypeByNamesThatPolarsTakesForAnother(String column) {
        org.apache.parquet.schema.MessageType stored =
                MessageTypeParser.parseMessageType("message m { " + column + " }");
        Schema schema = org.apache.iceberg.parquet.ParquetSchemaUtil.convert(stored);
        ForeignTable t = table("t", new Schema(schema.columns().getFirst()));
        add(t, files().write("message m { " + column + " }"));

        assertThat(plans.plan(t).files()).hasSize(1);
        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void staysWithNamesWherePositionsAreDeleted() {
        ForeignTable t = ForeignTable.create(catalog, "v2", 2, ROWS);
        t.deletePositions(t.append(t.row(1, "a"), t.row(2, "b")).getFirst(), 0);
        ForeignTable v3 = ForeignTable.create(catalog, "v3", 3, ROWS);
        v3.deleteByVector(Map.of(v3.append(v3.row(1, "a"), v3.row(2, "b")).getFirst(), new long[] {0}));

        assertThat(plans.stored(t)).isPresent();
        assertThat(plans.plan(t).hasDeletes()).isTrue();
        assertThat(plans.stored(v3)).isPresent();
        assertThat(plans.plan(v3).hasDeletes()).isTrue();
    }

    @Test
    void leavesEqualityDeletesToReadersByIds() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"), t.row(2, "b"));
        t.deleteEqual(List.of("name"), List.of(ForeignTable.record(t.keySchema(List.of("name")), "a")));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void readsAtMost256FilesByNames() {
        PartitionSpec spec = PartitionSpec.builderFor(ROWS).identity("id").build();
        ForeignTable t = ForeignTable.create(catalog, "t", 2, ROWS, spec);
        t.append(IntStream.range(0, 256).mapToObj(i -> t.row(i, "a")).toList());

        assertThat(plans.stored(t)).isPresent();

        t.append(t.row(256, "a"));

        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void theFirstRowsOfATableStayByNames() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.append(t.row(2, "b"));

        ScanPlan first = plans.plan(t, OptionalLong.of(1));
        ScanPlan none = plans.plan(t, OptionalLong.of(0));

        assertThat(first.files()).hasSize(1);
        assertThat(first.storedSchemaJson()).isPresent();
        assertThat(none.files()).isEmpty();
        assertThat(none.storedSchemaJson()).isEmpty();
    }

    @Test
    void readsEachFooterOnce() throws IOException {
        ForeignTable t = table("t", ROWS);
        DataFile file = t.append(t.row(1, "a")).getFirst();
        assertThat(plans.stored(t)).isPresent();
        Files.write(LocalFileIO.path(file.location()), new byte[Math.toIntExact(file.fileSizeInBytes())]);

        t.append(t.row(2, "b"));

        assertThat(plans.stored(t)).isPresent();
        assertThat(plans.plan(t).files()).hasSize(2);
    }

    @Test
    void leavesFilesWithoutAFooterToWhoeverReadsThem() throws IOException {
        ForeignTable zeros = table("zeros", ROWS);
        DataFile file = zeros.append(zeros.row(1, "a")).getFirst();
        Files.write(LocalFileIO.path(file.location()), new byte[Math.toIntExact(file.fileSizeInBytes())]);
        ForeignTable claims = table("claims", ROWS);
        ByteBuffer tail =
                ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putInt(2_000_000_000);
        tail.put("PAR1".getBytes(StandardCharsets.US_ASCII));
        Files.write(
                LocalFileIO.path(claims.append(claims.row(1, "a")).getFirst().location()), tail.array());
        ForeignTable gone = table("gone", ROWS);
        Files.delete(LocalFileIO.path(gone.append(gone.row(1, "a")).getFirst().location()));

        for (ForeignTable t : List.of(zeros, claims, gone)) {
            assertThat(plans.plan(t).files()).hasSize(1);
            assertThat(plans.stored(t)).isEmpty();
        }
    }

    @Test
    void aFilterChoosesTheFilesThatMustAgree() {
        ForeignTable t = table("t", ROWS);
        t.append(t.row(1, "a"));
        t.table().updateSchema().addColumn("more", Types.DateType.get()).commit();
        t.append(t.row(2, "b", null));

        assertThat(plans.stored(t)).isEmpty();
        assertThat(plans.stored(t, Expressions.equal("id", 1))).contains("[id(1): int, name(2): string]");
        assertThat(plans.stored(t, Expressions.equal("id", 2)))
                .contains("[id(1): int, name(2): string, more(3): date]");
    }

    private LooseFiles files() {
        return new LooseFiles(home);
    }

    private ForeignTable table(String name, Schema schema) {
        return ForeignTable.create(catalog, name, 2, schema);
    }

    private static void add(ForeignTable t, List<DataFile> files) {
        files.forEach(file -> add(t, file));
    }

    private static void add(ForeignTable t, DataFile file) {
        t.table().newFastAppend().appendFile(file).commit();
    }
}
