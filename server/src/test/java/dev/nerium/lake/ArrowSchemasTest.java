package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.scan.ScanPlan;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with an Arrow schema, which Polars believes before the Parquet schema. */
@Tag("server")
class ArrowSchemasTest {
    private static final Schema ROWS =
            new Schema(optional(1, "id", Types.IntegerType.get()), optional(2, "name", Types.StringType.get()));
    private static final Field ID = field("id", new ArrowType.Int(32, true));
    private static final Field NAME = field("name", new ArrowType.Utf8());

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
    void readsFilesByNamesWhoseSchemasDifferInNothingThatPolarsSees() {
        ForeignTable t = table("t", ROWS, file(ID, NAME));
        add(t, file(Field.notNullable("id", ID.getType()), field("name", new ArrowType.LargeUtf8())));

        assertThat(plans.stored(t)).contains("[id(1): int, name(2): string]");
    }

    @Test
    void readsNoFilesByNamesOfWhichSomeHaveNoSchema() {
        ForeignTable t = table("t", ROWS, file(ID, NAME));
        t.append(t.row(2, "b"));
        ForeignTable u = ForeignTable.create(catalog, "u", 2, ROWS);
        u.append(u.row(1, "a"));
        add(u, file(ID, NAME));

        assertThat(plans.stored(t)).isEmpty();
        assertThat(plans.stored(u)).isEmpty();
    }

    @Test
    void readsNoFileByNamesWhoseSchemaIsNotThatOfItsColumns() {
        Map.of(
                        "type", file(field("id", new ArrowType.Int(16, true)), NAME),
                        "sign", file(field("id", new ArrowType.Int(32, false)), NAME),
                        "name", file(ID, field("title", new ArrowType.Utf8())),
                        "order", file(NAME, ID),
                        "fewer", file(ID),
                        "more", file(ID, NAME, field("more", new ArrowType.Utf8())),
                        "dictionary", file(ID, dictionary()),
                        "extension", file(ID, extension()))
                .forEach((what, file) -> assertThat(plans.stored(table(what, ROWS, file)))
                        .as(what)
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "AAAA", "/////wAAAAA=", "/////wgAAAAAAAAAAAAAAA==", "////////////////////////"})
    void readsNoFileByNamesWhoseSchemaIsDamaged(String text) {
        ForeignTable t = table("t", ROWS, new LooseFiles(home).writeWithArrow(text, ROWS, 1, "a"));

        assertThat(plans.plan(t).files()).hasSize(1);
        assertThat(plans.stored(t)).isEmpty();
    }

    @Test
    void mixesNoIntegersOfTwoWidths() {
        Schema wide = new Schema(optional(1, "id", Types.LongType.get()), optional(2, "name", Types.StringType.get()));
        String schema = base64(field("id", new ArrowType.Int(64, true)), NAME);
        ForeignTable t = table("t", wide, new LooseFiles(home).writeWithArrow(schema, wide, 1L, "a"));
        assertThat(plans.stored(t)).isPresent();

        add(t, file(ID, NAME));

        assertThat(plans.stored(t)).isEmpty();
    }

    /** Whose worker writes with Polars. */
    @Test
    void readsWhatNeriumWroteByNames() {
        try (TestServer server = TestServer.startEmpty()) {
            for (String mode : List.of("overwrite", "append")) {
                assertThat(server.script("""
                                import datetime as dt, decimal
                                day = dt.datetime(2026, 1, 1)
                                result = pl.DataFrame({
                                    'i': pl.Series([1], dtype=pl.Int32), 'l': [1], 'd': [1.0], 'o': [True], 's': ['a'],
                                    'f': pl.Series([1.0], dtype=pl.Float32), 'b': [b'a'], 'day': [day.date()],
                                    't': [dt.time(1, 2)], 'ts': [day], 'tz': pl.Series([day]).dt.replace_time_zone('UTC'),
                                    'dec': pl.Series([decimal.Decimal('1.50')], dtype=pl.Decimal(9, 2)),
                                    'list': [[1, 2]], 'st': [{'a': 1, 'b': ['x']}],
                                })
                                """, Map.of("destination", "default.t", "saveMode", mode))
                                .status())
                        .isEqualTo(200);
            }
            ScanPlan plan = new LakeTables(server).with("t", plans::plan);

            assertThat(plan.files()).hasSize(2);
            assertThat(plan.storedSchemaJson()).isPresent();
        }
    }

    private ForeignTable table(String name, Schema schema, DataFile file) {
        ForeignTable t = ForeignTable.create(catalog, name, 2, schema);
        add(t, file);
        return t;
    }

    private static void add(ForeignTable t, DataFile file) {
        t.table().newFastAppend().appendFile(file).commit();
    }

    private DataFile file(Field... fields) {
        return new LooseFiles(home).writeWithArrow(base64(fields), ROWS, 1, "a");
    }

    private static Field field(String name, ArrowType type) {
        return Field.nullable(name, type);
    }

    private static Field dictionary() {
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        return new Field("name", new FieldType(true, new ArrowType.Utf8(), encoding), List.of());
    }

    private static Field extension() {
        Map<String, String> metadata = Map.of("ARROW:extension:name", "other");
        return new Field("name", new FieldType(true, new ArrowType.Utf8(), null, metadata), List.of());
    }

    private static String base64(Field... fields) {
        return Base64.getEncoder()
                .encodeToString(new org.apache.arrow.vector.types.pojo.Schema(List.of(fields)).serializeAsMessage());
    }
}
