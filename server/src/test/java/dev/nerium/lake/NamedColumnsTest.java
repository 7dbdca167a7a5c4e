package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which plans say that the data files can be read by the names of their columns. */
class NamedColumnsTest {
    private static final Schema ROWS = new Schema(
            optional(1, "id", Types.IntegerType.get()),
            optional(2, "name", Types.StringType.get()),
            optional(3, "st", Types.StructType.of(optional(4, "a", Types.IntegerType.get()))));

    @TempDir
    Path home;

    private TestLake lake;
    private EmbeddedCatalog catalog;

    @BeforeEach
    void open() {
        lake = new TestLake(home, new LocalFileIO());
        catalog = EmbeddedCatalog.open("oleander", home, new LocalFileIO());
        if (!catalog.namespaceExists(Namespace.of("default"))) {
            catalog.createNamespace(Namespace.of("default"));
        }
    }

    @AfterEach
    void close() {
        catalog.close();
        lake.close();
    }

    @Test
    void readsAPlainTableByNames() {
        ForeignTable t = ForeignTable.create(catalog, "plain", 2, ROWS);
        t.append(t.row(1, "a", null));
        t.append(t.row(2, "b", null));

        assertThat(stored("plain").orElseThrow().asStruct()).isEqualTo(ROWS.asStruct());
    }

    private Optional<Schema> stored(String table) {
        return plan(table).storedSchemaJson().map(SchemaParser::fromJson);
    }

    private ScanPlan plan(String table) {
        return lake.lake()
                .plan(
                        lake.lake().pin(TableReference.current(TestLake.name(table))),
                        Optional.empty(),
                        OptionalLong.empty(),
                        lake.lake().scratch());
    }
}
