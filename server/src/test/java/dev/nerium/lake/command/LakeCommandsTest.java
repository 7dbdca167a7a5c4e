package dev.nerium.lake.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.AuthorizedLake;
import dev.nerium.lake.TestLake;
import dev.nerium.lake.access.AllRights;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.write.SaveMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of statements as a worker sends them, on a real catalog. */
@Tag("server")
class LakeCommandsTest {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    private static final TableName SALES_ORDERS = new TableName("oleander", "sales", "orders");

    private static final String ORDERS = """
            {'kind': 'create_table', 'table': 'sales.orders', 'mode': 'create', 'comment': 'of all shops',
             'schema': {'type': 'struct', 'fields': [
               {'id': 1, 'name': 'id', 'required': true, 'type': 'long', 'doc': 'a number'},
               {'id': 2, 'name': 'ts', 'required': false, 'type': 'timestamptz'},
               {'id': 3, 'name': 'price', 'required': false, 'type': 'decimal(9, 2)'},
               {'id': 4, 'name': 'shop', 'required': false, 'type': {'type': 'struct', 'fields': [
                 {'id': 5, 'name': 'city', 'required': false, 'type': 'string'}]}}]},
             'partitioning': [{'transform': 'day', 'column': 'ts'}, {'transform': 'bucket[16]', 'column': 'id'}],
             'order': [{'transform': 'identity', 'column': 'id', 'direction': 'desc', 'nulls': 'last'}],
             'properties': {'write.parquet.compression-codec': 'zstd'}}""";

    @TempDir
    private Path home;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(home, new LocalFileIO());
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private AuthorizedLake visible() {
        return lake.all();
    }

    private CommandResult execute(String message) {
        return visible().execute(read(message));
    }

    private static Command read(String message) {
        try {
            return CommandReader.read(JSON.readTree(message), "oleander", Set.of("oleander"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Table table(String name) {
        return lake.lake()
                .pin(TableReference.parse(name, "the table's name", "oleander"))
                .table();
    }

    private CommandResult alter(String changes) {
        return execute(
                "{'kind': 'alter_table', 'table': 'sales.orders', 'if_exists': false, 'changes': [" + changes + "]}");
    }

    @Test
    void aTableHasTheColumnsThePartitioningTheOrderAndTheProperties() {
        execute(ORDERS);

        Table orders = table("sales.orders");
        assertThat(orders.schema().asStruct().toString())
                .isEqualTo("struct<1: id: required long (a number), 2: ts: optional timestamptz,"
                        + " 3: price: optional decimal(9, 2), 4: shop: optional struct<5: city: optional string>>");
        assertThat(orders.spec().fields()).extracting(PartitionField::name).containsExactly("ts_day", "id_bucket");
        assertThat(orders.sortOrder().fields().toString()).isEqualTo("[identity(1) DESC NULLS LAST]");
        assertThat(orders.properties())
                .containsEntry("comment", "of all shops")
                .containsEntry("write.parquet.compression-codec", "zstd");
        assertThat(TableUtil.formatVersion(orders)).isEqualTo(2);
        assertThat(orders.currentSnapshot()).isNull();
    }

    @Test
    void aTableThatExistsIsKeptOrRefusedOrReplaced() {
        execute(ORDERS);
        UUID id = table("sales.orders").uuid();

        assertRefused(ORDERS, "The table oleander.sales.orders exists: choose another name");
        execute(ORDERS.replace("'mode': 'create'", "'mode': 'if_not_exists'").replace("'price'", "'cost'"));
        assertThat(table("sales.orders").schema().findField("price")).isNotNull();
        execute(ORDERS.replace("'mode': 'create'", "'mode': 'replace'").replace("'price'", "'cost'"));

        assertThat(table("sales.orders").schema().findField("price")).isNull();
        assertThat(table("sales.orders").schema().findField("cost").fieldId()).isGreaterThan(5);
        assertThat(table("sales.orders").uuid()).isEqualTo(id);
    }

    @Test
    void aReplacedTableHasNoRowsAndItsHistory() {
        lake.write("numbers", SaveMode.Plain.APPEND, UUID.randomUUID(), 1, 2);
        long before = table("default.numbers").currentSnapshot().snapshotId();
        execute(ORDERS.replace("sales.orders", "default.numbers").replace("'mode': 'create'", "'mode': 'replace'"));

        assertThat(table("default.numbers").currentSnapshot()).isNull();
        assertThat(table("default.numbers").snapshot(before)).isNotNull();
    }

    @Test
    void theVersionFollowsFromTheColumns() {
        execute(create("'type': 'timestamp_ns'", "{}"));
        assertThat(TableUtil.formatVersion(table("default.t"))).isEqualTo(3);
        execute(drop("default.t", false));
        execute(create("'type': 'int', 'write-default': 7", "{}"));
        assertThat(TableUtil.formatVersion(table("default.t"))).isEqualTo(3);
        assertThat(table("default.t").schema().findField("x").writeDefault()).isEqualTo(7);
        execute(drop("default.t", false));
        assertRefused(
                create("'type': 'int', 'write-default': 7", "{'format-version': '2'}"),
                "The property format-version is '2', and the columns need 3");
    }

    private static String create(String type, String properties) {
        return """
                {'kind': 'create_table', 'table': 'default.t', 'mode': 'create', 'comment': null, 'partitioning': [], 'order': [],
                 'schema': {'type': 'struct', 'fields': [{'id': 1, 'name': 'x', 'required': false, %s}]}, 'properties': %s}""".formatted(type, properties);
    }

    private static String drop(String table, boolean purge) {
        return "{'kind': 'drop_table', 'table': '%s', 'if_exists': false, 'purge': %s}".formatted(table, purge);
    }

    private void assertRefused(String message, String... parts) {
        assertThatThrownBy(() -> execute(message))
                .isInstanceOf(NeriumException.class)
                .satisfies(e -> assertThat(((NeriumException) e).code())
                        .isIn(ErrorCode.INVALID_REQUEST, ErrorCode.FORBIDDEN, ErrorCode.UNKNOWN_TABLE))
                .hasMessageContainingAll(parts);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'write.location-provider.impl': 'x.Y'}    | names a Java class
            {'write.metadata.path': 'WAREHOUSE/telemetry/runs'} | outside of the folders
            {'format-version': '4'}                    | expected a whole number from 1 to 3
            {'write.target-file-size-bytes': 'x'}      | expected a whole number
            {'current-snapshot-id': '1'}               | is Iceberg's own
            {'uuid': 'x'}                              | is Iceberg's own
            """)
    void propertiesHaveTheChecksOfOtherRoutes(String properties, String refusal) {
        String given =
                properties.replace("WAREHOUSE", home.resolve("lake/warehouse").toString());
        assertRefused(create("'type': 'int'", given), refusal);
        assertThat(visible().tables("oleander", "default")).isEmpty();
        execute(create("'type': 'int'", "{}"));
        assertRefused(
                "{'kind': 'alter_table', 'table': 'default.t', 'if_exists': false,"
                        + " 'changes': [{'action': 'set_properties', 'properties': " + given + "}]}",
                refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"telemetry.x", "oleander.telemetry.x", "\"telemetry.x\".y"})
    void theServersOwnTablesAreNotChanged(String table) {
        String quoted = table.replace("\"", "\\\"");
        assertRefused(create("'type': 'int'", "{}").replace("default.t", quoted), "is the server's own");
        assertRefused(drop(quoted, false), "is the server's own");
        assertRefused(
                "{'kind': 'rename_table', 'table': 'default.t', 'to': '" + quoted + "', 'if_exists': true}",
                "is the server's own");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'type': 'variant'                                     | which this server does not read
            'type': 'unknown'                                     | which this server does not read
            'type': 'decimal(50, 2)'                              | The columns can't be those of a table
            'type': 'int', 'write-default': 'x'                   | The columns can't be those of a table
            'type': {'type': 'list', 'element-id': 1, 'element': 'int', 'element-required': false} | The columns can't be those of a table
            'type': {'type': 'struct', 'fields': [{'id': 2, 'name': '', 'required': false, 'type': 'int'}]} | A column has the name ''
            """)
    void columnsThatNoTableHasAreRefused(String type, String refusal) {
        assertRefused(create(type, "{}"), refusal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'kind': 'shutdown'}",
                "{'kind': 'create_table'}",
                "{'kind': 'drop_table', 'table': 5, 'if_exists': false, 'purge': false}",
                "{'kind': 'drop_table', 'table': 'a.b', 'if_exists': 'no', 'purge': false}",
                "{'kind': 'drop_table', 'table': '\\ud800.b', 'if_exists': false, 'purge': false}",
                "{'kind': 'alter_table', 'table': 'a.b', 'if_exists': false, 'changes': [{'action': 'explode'}]}",
                "{'kind': 'create_schema', 'schema': [], 'mode': 'create'}",
                "{'kind': 'create_schema', 'schema': ['a'], 'mode': 'destroy'}",
                "[]"
            })
    void aMessageThatIsNoCommandBreaksTheProtocol(String message) {
        assertThatThrownBy(() -> read(message))
                .isInstanceOf(NeriumException.class)
                .satisfies(e -> assertThat(((NeriumException) e).code()).isEqualTo(ErrorCode.WORKER_PROTOCOL_ERROR));
    }

    @Test
    void aMessageThatIsNestedTooDeeplyBreaksTheProtocol() {
        String type = "{'type': 'list', 'element-id': 1, 'element-required': false, 'element': ".repeat(160) + "'int'"
                + "}".repeat(160);
        assertThatThrownBy(() -> read(create("'type': " + type, "{}"))).hasMessageContaining("broke the protocol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b.c.d", "'", "../x.y", "a.b@tag:x", "a.b$files"})
    void aNameThatNoTableHasIsRefused(String name) {
        assertThatThrownBy(() -> read(drop(name.replace("'", "\\u0001"), false)))
                .hasMessageContaining("the table's name is '");
    }

    @Test
    void aDroppedTableLeavesItsFilesUnlessItIsPurged() throws Exception {
        lake.write("kept", SaveMode.Plain.APPEND, UUID.randomUUID(), 1);
        lake.write("purged", SaveMode.Plain.APPEND, UUID.randomUUID(), 1);
        Path warehouse = home.resolve("lake/warehouse/default");
        execute(drop("default.kept", false));
        execute(drop("default.purged", true));

        assertThat(visible().tables("oleander", "default")).isEmpty();
        try (Stream<Path> files = Files.walk(warehouse)) {
            List<String> left = files.filter(Files::isRegularFile)
                    .map(file -> warehouse.relativize(file).toString())
                    .toList();
            assertThat(left).isNotEmpty().allMatch(file -> file.startsWith("kept/"));
        }
        assertRefused(drop("default.kept", false), "There is no table 'default.kept'.");
        execute(drop("default.kept", false).replace("'if_exists': false", "'if_exists': true"));
    }

    @Test
    void aTableIsRenamedWithItsRows() {
        lake.write("old", SaveMode.Plain.APPEND, UUID.randomUUID(), 1, 2);
        lake.write("taken", SaveMode.Plain.APPEND, UUID.randomUUID(), 3);
        String rename = "{'kind': 'rename_table', 'table': 'default.old', 'to': 'default.%s', 'if_exists': false}";

        assertRefused(rename.formatted("taken"), "The table oleander.default.taken exists");
        execute(rename.formatted("new"));

        assertThat(lake.values("new")).containsExactly(1L, 2L);
        assertThat(visible().tables("oleander", "default")).containsExactly("new", "taken");
        assertRefused(rename.formatted("newer"), "There is no table 'default.old'.");
    }

    @Test
    void columnsChange() {
        execute(ORDERS);
        alter("""
                {'action': 'add_column', 'column': 'shop.zip', 'type': 'int', 'required': false, 'doc': 'of the city', 'default': null, 'position': {'first': true}, 'if_not_exists': false}""");
        alter("""
                {'action': 'add_column', 'column': 'n', 'type': 'float', 'required': false, 'doc': null, 'default': null, 'position': {'after': 'id'}, 'if_not_exists': false}""");
        alter("{'action': 'rename_column', 'column': 'shop.city', 'to': 'town'}");
        alter("{'action': 'set_type', 'column': 'n', 'type': 'double'}");
        alter("{'action': 'set_type', 'column': 'price', 'type': 'decimal(12, 2)'}");
        alter("{'action': 'set_required', 'column': 'id', 'required': false}");
        alter("{'action': 'set_doc', 'column': 'id', 'doc': null}");
        alter("{'action': 'move_column', 'column': 'price', 'position': {'first': true}}");

        assertThat(table("sales.orders").schema().asStruct().toString())
                .isEqualTo(
                        "struct<3: price: optional decimal(12, 2), 1: id: optional long, 7: n: optional double,"
                                + " 2: ts: optional timestamptz, 4: shop: optional struct<6: zip: optional int (of the city), 5: town: optional string>>");
        alter("{'action': 'drop_column', 'column': 'shop', 'if_exists': false}");
        assertThat(table("sales.orders").schema().findField("shop")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'action': 'drop_column', 'column': 'prize', 'if_exists': false} | The table has no column 'prize'. Did you mean 'price'?
            {'action': 'drop_column', 'column': 'ts', 'if_exists': false} | is partitioned or sorted by it
            {'action': 'set_type', 'column': 'id', 'type': 'int'} | has the type bigint, which can't become int
            {'action': 'set_type', 'column': 'price', 'type': 'decimal(9, 3)'} | has the type decimal(9, 2), which can't become decimal(9, 3)
            {'action': 'set_required', 'column': 'price', 'required': true} | can't become NOT NULL: Iceberg does not check the rows
            {'action': 'rename_column', 'column': 'price', 'to': 'id'} | has a column 'id': choose another name
            {'action': 'add_column', 'column': 'id', 'type': 'int', 'required': false, 'doc': null, 'default': null, 'position': null, 'if_not_exists': false} | has a column 'id'
            {'action': 'add_column', 'column': 'a', 'type': 'int', 'required': true, 'doc': null, 'default': null, 'position': null, 'if_not_exists': false} | NOT NULL without a DEFAULT
            {'action': 'add_column', 'column': 'a', 'type': 'int', 'required': false, 'doc': null, 'default': 1, 'position': null, 'if_not_exists': false} | A default needs a table of format version 3
            {'action': 'set_default', 'column': 'price', 'type': 'decimal(9, 2)', 'default': '1.00'} | Upgrade it: ALTER TABLE sales.orders SET TBLPROPERTIES ('format-version' = '3').
            {'action': 'drop_default', 'column': 'price'} | A default needs a table of format version 3
            {'action': 'set_default', 'column': 'prize', 'type': 'int', 'default': 1} | The table has no column 'prize'. Did you mean 'price'?
            {'action': 'add_column', 'column': 'a', 'type': 'timestamp_ns', 'required': false, 'doc': null, 'default': null, 'position': null, 'if_not_exists': false} | does not fit oleander.sales.orders
            {'action': 'add_column', 'column': 'a.b', 'type': 'int', 'required': false, 'doc': null, 'default': null, 'position': null, 'if_not_exists': false} | The table has no column 'a'
            {'action': 'move_column', 'column': 'id', 'position': {'after': 'none'}} | does not fit oleander.sales.orders
            {'action': 'add_partition_field', 'field': {'transform': 'day', 'column': 'price'}, 'name': null} | day(price) can't be computed from the column 'price', which has the type decimal(9, 2)
            {'action': 'add_partition_field', 'field': {'transform': 'identity', 'column': 'shop'}, 'name': null} | can't be computed from the column 'shop'
            {'action': 'drop_partition_field', 'field': {'transform': 'hour', 'column': 'ts'}} | is not partitioned by hour(ts). It is partitioned by day(ts), bucket(16, id).
            {'action': 'unset_properties', 'keys': ['nothing'], 'if_exists': false} | has no property 'nothing'
            {'action': 'set_properties', 'properties': {'format-version': '1'}} | expected at least that
            """)
    void aChangeThatDoesNotFitIsRefused(String change, String refusal) {
        execute(ORDERS);
        String before = visible().metadata(SALES_ORDERS).location();

        assertThatThrownBy(() -> alter(change))
                .isInstanceOf(NeriumException.class)
                .hasMessageContaining(refusal);

        assertThat(visible().metadata(SALES_ORDERS).location()).isEqualTo(before);
    }

    @Test
    void partitioningOrderAndPropertiesChange() {
        execute(ORDERS);
        alter(
                "{'action': 'replace_partition_field', 'field': {'transform': 'identity', 'column': 'ts_day'}, 'by': {'transform': 'hour', 'column': 'ts'}, 'name': null}");
        alter(
                "{'action': 'add_partition_field', 'field': {'transform': 'truncate[4]', 'column': 'shop.city'}, 'name': 'town'}");
        alter("{'action': 'drop_partition_field', 'field': {'transform': 'bucket[16]', 'column': 'id'}}");
        alter(
                "{'action': 'write_order', 'distribution': 'range', 'order': [{'transform': 'identity', 'column': 'ts', 'direction': 'asc', 'nulls': 'last'}]}");
        alter("{'action': 'set_properties', 'properties': {'owner': 'me', 'format-version': '3'}}");

        Table orders = table("sales.orders");
        assertThat(orders.spec().fields())
                .extracting(PartitionField::name)
                .containsExactlyInAnyOrder("ts_hour", "town");
        assertThat(orders.sortOrder().fields().toString()).isEqualTo("[identity(2) ASC NULLS LAST]");
        assertThat(orders.properties()).containsEntry("owner", "me").containsEntry("write.distribution-mode", "range");
        assertThat(TableUtil.formatVersion(orders)).isEqualTo(3);

        alter("{'action': 'write_order', 'distribution': 'none', 'order': []}");
        alter("{'action': 'unset_properties', 'keys': ['owner'], 'if_exists': false}");
        assertThat(table("sales.orders").sortOrder().isUnsorted()).isTrue();
        assertThat(table("sales.orders").properties()).doesNotContainKey("owner");
    }

    @Test
    void aDefaultOfANewColumnIsThatOfTheRowsThatAreThere() {
        execute(ORDERS.replace("'properties': {", "'properties': {'format-version': '3', "));
        alter(
                "{'action': 'add_column', 'column': 'state', 'type': 'string', 'required': true, 'doc': null, 'default': 'open', 'position': null, 'if_not_exists': false}");

        Types.NestedField state = table("sales.orders").schema().findField("state");
        assertThat(state.isRequired()).isTrue();
        assertThat(state.initialDefault()).isEqualTo("open");
        assertThat(state.writeDefault()).isEqualTo("open");
    }

    @Test
    void schemasAreMadeAndDropped() {
        String create = "{'kind': 'create_schema', 'schema': ['a', 'b'], 'mode': 'create'}";
        execute(create);
        assertThat(visible().namespaces("oleander")).contains("a.b");
        assertRefused(create, "The schema oleander.a.b exists");
        execute(create.replace("'create'}", "'if_not_exists'}"));
        execute("{'kind': 'create_schema', 'schema': ['oleander', 'c'], 'mode': 'create'}");
        assertThat(visible().namespaces("oleander")).contains("c");

        execute(ORDERS.replace("sales.orders", "c.orders"));
        String drop = "{'kind': 'drop_schema', 'schema': ['c'], 'if_exists': false, 'cascade': false}";
        assertRefused(drop, "The schema oleander.c has the table orders: drop them first, or write CASCADE.");
        execute(drop("c.orders", false));
        execute(drop);
        assertRefused(drop, "There is no schema 'oleander.c'.");
        execute(drop.replace("'if_exists': false", "'if_exists': true"));
        assertRefused(
                "{'kind': 'create_schema', 'schema': ['telemetry', 'x'], 'mode': 'create'}", "is the server's own");
        assertRefused(
                "{'kind': 'drop_schema', 'schema': ['telemetry'], 'if_exists': false, 'cascade': true}",
                "is the server's own");
        assertRefused("{'kind': 'create_schema', 'schema': ['..'], 'mode': 'create'}", "The name");
    }

    @Test
    void aSchemaIsDroppedWithAllThatIsInIt() {
        execute("{'kind': 'create_schema', 'schema': ['shop', 'old'], 'mode': 'create'}");
        execute(ORDERS.replace("sales.orders", "oleander.\"shop.old\".orders"));
        execute(ORDERS.replace("sales.orders", "shop.orders"));
        execute(view("create", "SELECT 1").replace("sales.recent", "shop.recent"));
        execute(ORDERS);
        String location = table("shop.orders").location();

        execute("{'kind': 'drop_schema', 'schema': ['shop'], 'if_exists': false, 'cascade': true}");

        assertThat(visible().namespaces("oleander")).contains("sales").doesNotContain("shop", "shop.old");
        assertThat(execute("{'kind': 'show_views', 'schema': null, 'like': null}")
                        .rows())
                .isEmpty();
        assertThat(execute("{'kind': 'show_tables', 'schema': ['oleander'], 'like': null}")
                        .rows())
                .containsExactly(List.of("sales", "orders"));
        assertThat(Path.of(URI.create(location).getPath()))
                .as("files stay, as after DROP TABLE")
                .isDirectory();
    }

    @Test
    void aDefaultOfAColumnIsThatOfNewRows() {
        execute(ORDERS.replace("'properties': {", "'properties': {'format-version': '3', "));
        alter("{'action': 'set_default', 'column': 'price', 'type': 'decimal(9, 2)', 'default': '1.50'}");

        Types.NestedField price = table("sales.orders").schema().findField("price");
        assertThat(price.initialDefault()).isNull();
        assertThat(price.writeDefault()).isEqualTo(new BigDecimal("1.50"));

        assertThatThrownBy(() -> alter(
                        "{'action': 'set_default', 'column': 'price', 'type': 'decimal(9, 3)', 'default': '1.500'}"))
                .hasMessageContaining("has the type decimal(9, 2), and the default is decimal(9, 3)");
        alter("{'action': 'drop_default', 'column': 'price'}");
        assertThat(table("sales.orders").schema().findField("price").writeDefault())
                .isNull();
    }

    @Test
    void aViewGetsAnotherQueryAndKeepsItsComment() {
        execute(ORDERS);
        String alter = view("create", "SELECT 2").replace("create_view", "alter_view");
        assertRefused(alter, "There is no view 'sales.recent'.");
        execute(view("create", "SELECT 1"));
        execute(alter);

        assertThat(visible()
                        .view(new TableName("oleander", "sales", "recent"))
                        .orElseThrow()
                        .texts())
                .containsExactly(new ViewText.Representation("nerium", "SELECT 2"));
    }

    @Test
    void aStatementThatIsShownMakesTheTableAgain() {
        execute(ORDERS);
        CommandResult shown = execute("{'kind': 'show_create_table', 'table': 'sales.orders'}");

        assertThat(shown.rows()).containsExactly(List.of("""
                CREATE TABLE oleander.sales.orders (
                  id bigint NOT NULL COMMENT 'a number',
                  ts timestamptz,
                  price decimal(9, 2),
                  shop struct<city: string>
                )
                USING iceberg
                PARTITIONED BY (day(ts), bucket(16, id))
                SORTED BY (id DESC NULLS LAST)
                COMMENT 'of all shops'
                TBLPROPERTIES (
                  'format-version' = '2',
                  'write.parquet.compression-codec' = 'zstd'
                )"""));
    }

    @Test
    void theLakeIsDescribed() {
        execute(ORDERS);
        assertThat(execute("{'kind': 'show_catalogs', 'like': null}").rows())
                .containsExactly(List.of("oleander", "jdbc"));
        assertThat(execute("{'kind': 'show_schemas', 'catalog': null, 'like': 'sal_s'}")
                        .rows())
                .containsExactly(List.of("sales"));
        assertThat(execute("{'kind': 'show_tables', 'schema': ['sales'], 'like': null}")
                        .rows())
                .containsExactly(List.of("sales", "orders"));
        assertThat(execute("{'kind': 'show_tables', 'schema': ['oleander'], 'like': '%order%'}")
                        .rows())
                .containsExactly(List.of("sales", "orders"));
        assertThat(execute("{'kind': 'show_views', 'schema': ['sales'], 'like': null}")
                        .rows())
                .isEmpty();
        assertThat(execute("{'kind': 'describe', 'table': 'sales.orders', 'extended': false}")
                        .rows()
                        .toString())
                .isEqualTo("[[id, bigint, NO, null, a number], [ts, timestamptz, YES, null, null],"
                        + " [price, decimal(9, 2), YES, null, null], [shop, struct<city: string>, YES, null, null]]");
        assertThat(execute("{'kind': 'describe', 'table': 'sales.orders', 'extended': true}")
                        .rows()
                        .toString())
                .contains("[# partitioned by, day(ts), bucket(16, id), null, null, null]");
        assertThat(execute("{'kind': 'show_properties', 'table': 'sales.orders', 'key': 'comment'}")
                        .rows())
                .containsExactly(List.of("comment", "of all shops"));
        assertRefused(
                "{'kind': 'show_tables', 'schema': ['sale'], 'like': null}",
                "There is no namespace 'sale'. Did you mean 'sales'?");
    }

    @Test
    void metadataOfTheServersOwnTablesNeedsTheScopeAdmin() {
        Command command = read("{'kind': 'describe', 'table': 'telemetry.x', 'extended': true}");
        assertThatThrownBy(() ->
                        lake.lake().as(new AllRights(Optional.of("a key"))).execute(command))
                .hasMessageContaining("needs the scope admin");
    }

    private static String view(String mode, String query) {
        return """
                {'kind': 'create_view', 'view': 'sales.recent', 'mode': '%s', 'comment': 'of today', 'columns': null, 'properties': {},
                 'schema': {'type': 'struct', 'fields': [{'id': 1, 'name': 'day', 'required': false, 'type': 'date'}]}, 'query': '%s'}""".formatted(mode, query);
    }

    @Test
    void aViewIsCreatedReplacedAndDropped() {
        assertRefused(view("create", "SELECT 1"), "There is no schema 'sales'.");
        execute(ORDERS);
        execute(view("create", "SELECT 1"));
        assertRefused(view("create", "SELECT 2"), "The view oleander.sales.recent exists");
        execute(view("if_not_exists", "SELECT 3"));
        assertThat(execute("{'kind': 'show_create_view', 'view': 'sales.recent'}")
                        .rows())
                .containsExactly(List.of("CREATE VIEW oleander.sales.recent (day) AS\nSELECT 1"));
        execute(view("replace", "SELECT 4"));

        ViewText found =
                visible().view(new TableName("oleander", "sales", "recent")).orElseThrow();
        assertThat(found.texts()).containsExactly(new ViewText.Representation("nerium", "SELECT 4"));
        assertThat(found.columns()).containsExactly("day");
        assertThat(found.catalog()).isEqualTo("oleander");
        assertThat(found.namespace()).isEqualTo("default");
        assertThat(execute("{'kind': 'show_views', 'schema': null, 'like': null}")
                        .rows())
                .containsExactly(List.of("sales", "recent"));

        String drop = "{'kind': 'drop_view', 'view': 'sales.recent', 'if_exists': %s}";
        execute(drop.formatted(false));
        assertRefused(drop.formatted(false), "There is no view 'sales.recent'.");
        execute(drop.formatted(true));
        assertThat(visible().view(new TableName("oleander", "sales", "recent"))).isEmpty();
    }

    @Test
    void tablesAndViewsDoNotTakeEachOthersNames() {
        execute(ORDERS);
        execute(view("create", "SELECT 1"));
        assertRefused(view("replace", "SELECT 1").replace("sales.recent", "sales.orders"), "sales.orders is a table");
        assertThatThrownBy(() -> execute(ORDERS.replace("sales.orders", "sales.recent")))
                .hasMessageContaining("oleander.sales.recent is a view");
        assertThatThrownBy(() -> execute(drop("sales.recent", false)))
                .hasMessageContaining("oleander.sales.recent is a view");
        assertRefused(
                "{'kind': 'drop_schema', 'schema': ['sales'], 'if_exists': false, 'cascade': false}",
                "the view recent");
        assertRefused(view("create", "SELECT 1").replace("sales.recent", "telemetry.x"), "is the server's own");
    }
}
