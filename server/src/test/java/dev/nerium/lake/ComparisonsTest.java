package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every primitive type, comparison, form of a literal and partition transform: the rows that Polars alone gives for the same
 * values, or, where Polars refuses the comparison, a message that names the column.
 */
@Tag("server")
class ComparisonsTest {
    private static final List<String> TRANSFORMS =
            List.of("void", "identity", "bucket[4]", "truncate[3]", "truncate[10]", "year", "month", "day", "hour");

    /** Each transform gets every so many conditions, others than the one before; 1 for all of them. */
    private static final int STRIDE = Integer.getInteger("nerium.comparisons.stride", 9);

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

    /**
     * Values of one type.
     *
     * @param series the same as a Polars series, in Python
     * @param literals as they are written in SQL, some of which Polars refuses
     */
    record Case(Type.PrimitiveType type, List<@Nullable Object> values, String series, List<String> literals) {
        @Override
        public String toString() {
            return type.toString();
        }

        String name() {
            return type.toString().replaceAll("[^a-z0-9]+", "_");
        }

        List<String> conditions() {
            List<String> conditions = new ArrayList<>(List.of("v IS NULL", "v IS NOT NULL"));
            for (String literal : literals) {
                Stream.of("=", "<>", "<", "<=", ">", ">=")
                        .forEach(operator -> conditions.add("v " + operator + " " + literal));
                conditions.add("v IN (" + literal + ")");
                conditions.add("v NOT IN (" + literal + ", " + literals.getFirst() + ")");
                conditions.add("v BETWEEN " + literal + " AND " + literals.getLast());
                conditions.add("NOT (v > " + literal + ")");
            }
            return conditions;
        }
    }

    private static Case of(Type.PrimitiveType type, String series, List<String> literals, @Nullable Object... values) {
        List<@Nullable Object> all = new ArrayList<>(Arrays.asList(values));
        all.add(null);
        return new Case(type, all, series, literals);
    }

    private static Stream<Case> types() {
        UUID low = new UUID(0, 1);
        UUID high = new UUID(-1, -1);
        LocalDateTime before = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000);
        LocalDateTime leap = LocalDateTime.of(2024, 2, 29, 12, 30, 0, 1_000);
        LocalDateTime first = LocalDateTime.of(1, 1, 1, 0, 0);
        String moments = "dt.datetime(1969, 12, 31, 23, 59, 59, 999999), dt.datetime(2024, 2, 29, 12, 30, 0, 1),"
                + " dt.datetime(1, 1, 1), None";
        return Stream.of(
                of(
                        Types.BooleanType.get(),
                        "[True, False, None], dtype=pl.Boolean",
                        List.of("TRUE", "FALSE"),
                        true,
                        false),
                of(
                        Types.IntegerType.get(),
                        "[-2**31, -11, -1, 0, 2**31 - 1, None], dtype=pl.Int32",
                        List.of("-11", "0", "2147483647", "-2147483648", "99999999999", "-0.5", "'0'"),
                        Integer.MIN_VALUE,
                        -11,
                        -1,
                        0,
                        Integer.MAX_VALUE),
                of(
                        Types.LongType.get(),
                        "[-2**63, -11, -1, 0, 2**63 - 1, None], dtype=pl.Int64",
                        List.of("-11", "0", "9223372036854775807", "-9223372036854775808", "0.5", "'0'"),
                        Long.MIN_VALUE,
                        -11L,
                        -1L,
                        0L,
                        Long.MAX_VALUE),
                of(
                        Types.FloatType.get(),
                        "[float('-inf'), -1.5, -0.0, 0.1, float('nan'), None], dtype=pl.Float32",
                        List.of("0", "-1.5", "0.1", "1e40", "'1'"),
                        Float.NEGATIVE_INFINITY,
                        -1.5f,
                        -0.0f,
                        0.1f,
                        Float.NaN),
                of(
                        Types.DoubleType.get(),
                        "[float('-inf'), -1.5, -0.0, 0.1, float('nan'), None], dtype=pl.Float64",
                        List.of("0", "-1.5", "0.1", "1e300", "'1'"),
                        Double.NEGATIVE_INFINITY,
                        -1.5,
                        -0.0,
                        0.1,
                        Double.NaN),
                of(
                        Types.DecimalType.of(9, 2),
                        "[D('-1.01'), D('0.00'), D('14.20'), D('9999999.99'), None], dtype=pl.Decimal(9, 2)",
                        List.of("0", "-1.01", "14.2", "0.001", "CAST('14.20' AS DECIMAL(9, 2))"),
                        new BigDecimal("-1.01"),
                        new BigDecimal("0.00"),
                        new BigDecimal("14.20"),
                        new BigDecimal("9999999.99")),
                of(
                        Types.DateType.get(),
                        "[dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(2024, 2, 29), None], dtype=pl.Date",
                        List.of(
                                "DATE '1969-12-31'",
                                "'2024-02-29'",
                                "CAST('2024-02-29' AS DATE)",
                                "TIMESTAMP '1969-12-31 10:00:00'",
                                "'soon'"),
                        LocalDate.of(1, 1, 1),
                        LocalDate.of(1969, 12, 31),
                        LocalDate.of(2024, 2, 29)),
                of(
                        Types.TimeType.get(),
                        "[dt.time(0), dt.time(22, 31, 8), dt.time(23, 59, 59, 999999), None], dtype=pl.Time",
                        List.of("'22:31:08'", "TIME '22:31:08'", "'noon'"),
                        LocalTime.MIDNIGHT,
                        LocalTime.of(22, 31, 8),
                        LocalTime.of(23, 59, 59, 999_999_000)),
                of(
                        Types.TimestampType.withoutZone(),
                        "[" + moments + "], dtype=pl.Datetime('us')",
                        List.of(
                                "TIMESTAMP '1969-12-31 23:59:59'",
                                "'2024-02-29 12:30:00.000001'",
                                "DATE '2024-02-29'",
                                "CAST('2024-02-29' AS TIMESTAMP)",
                                "'2024-02-29T12:30:00Z'"),
                        before,
                        leap,
                        first),
                of(
                        Types.TimestampType.withZone(),
                        "[" + moments + "], dtype=pl.Datetime('us', 'UTC')",
                        List.of(
                                "'2024-02-29 12:30:00.000001'",
                                "'1969-12-31'",
                                "DATE '2024-02-29'",
                                "TIMESTAMP '1969-12-31 23:59:59'",
                                "'2024-02-29T12:30:00Z'",
                                "CAST('2024-02-29' AS TIMESTAMP)"),
                        before.atOffset(ZoneOffset.UTC),
                        leap.atOffset(ZoneOffset.UTC),
                        first.atOffset(ZoneOffset.UTC)),
                of(
                        Types.TimestampNanoType.withoutZone(),
                        "[-1000, 1709209800000001000, None], dtype=pl.Datetime('ns')",
                        List.of("TIMESTAMP '1969-12-31 23:59:59'", "'2024-02-29 12:30:00.000001'", "DATE '2024-02-29'"),
                        before,
                        leap),
                of(
                        Types.TimestampNanoType.withZone(),
                        "[-1000, 1709209800000001000, None], dtype=pl.Datetime('ns', 'UTC')",
                        List.of(
                                "'1969-12-31 23:59:59'",
                                "'2024-02-29 12:30:00.000001'",
                                "DATE '2024-02-29'",
                                "TIMESTAMP '2024-02-29 12:30:00'"),
                        before.atOffset(ZoneOffset.UTC),
                        leap.atOffset(ZoneOffset.UTC)),
                of(
                        Types.StringType.get(),
                        "['', 'a', 'iceberg', '\\u00fc\\U0001f33ax', '\\uffff', '5', None], dtype=pl.String",
                        List.of("'iceberg'", "''", "'\u00fc\ud83c\udf3ax'", "'ice'", "5"),
                        "",
                        "a",
                        "iceberg",
                        "\u00fc\ud83c\udf3ax",
                        "\uffff",
                        "5"),
                of(
                        Types.UUIDType.get(),
                        "['%s', '%s', None], dtype=pl.String".formatted(low, high),
                        List.of("'" + low + "'", "'" + high + "'", "'80000000'"),
                        low,
                        high),
                of(
                        Types.BinaryType.get(),
                        "[b'', b'\\x00\\x01', b'abcd', b'\\xff', None], dtype=pl.Binary",
                        List.of("X'0001'", "X'ff'", "'abcd'"),
                        bytes(""),
                        bytes("\0\1"),
                        bytes("abcd"),
                        ByteBuffer.wrap(new byte[] {-1})),
                of(
                        Types.FixedType.ofLength(2),
                        "[b'\\x00\\x01', b'ab', b'\\xff\\xff', None], dtype=pl.Binary",
                        List.of("X'0001'", "X'ffff'", "'ab'"),
                        new byte[] {0, 1},
                        new byte[] {'a', 'b'},
                        new byte[] {-1, -1}));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("types")
    void givesTheRowsThatPolarsGives(Case of) {
        Map<String, String> expected = reference(of);
        List<Map.Entry<String, String>> conditions = List.copyOf(expected.entrySet());
        int turn = 0;
        for (String transform : TRANSFORMS) {
            if (IcebergTables.transform(transform).canTransform(of.type())) {
                String table = create(of, transform);
                for (int i = turn % STRIDE; i < conditions.size(); i += STRIDE) {
                    assertReads(
                            of,
                            table,
                            conditions.get(i).getKey(),
                            conditions.get(i).getValue());
                }
                turn++;
            }
        }
    }

    private static String create(Case of, String transform) {
        Schema schema = new Schema(
                NestedField.required(1, "id", Types.LongType.get()), NestedField.optional(2, "v", of.type()));
        PartitionSpec spec = IcebergTables.partitionedBy(schema, transform, 2);
        String name = (of.name() + "_" + transform).replaceAll("[^a-z0-9]+", "_");
        ForeignTable table = ForeignTable.create(catalog, name, 3, schema, spec);
        table.append(IntStream.range(0, of.values().size())
                .mapToObj(i -> table.row((long) i, of.values().get(i)))
                .toList());
        return name;
    }

    /** The ids of each condition's rows, by Polars over a frame of its own. */
    private static Map<String, String> reference(Case of) {
        Reply reply = server.script("""
                import datetime as dt
                from decimal import Decimal as D
                v = pl.Series('v', %s)
                frame = pl.DataFrame({'id': range(len(v)), 'v': v})
                def ids(condition):
                    try:
                        found = pl.SQLContext(t=frame).execute(f'SELECT id FROM t WHERE {condition} ORDER BY id', eager=True)
                        return str(found['id'].to_list()).replace(' ', '')
                    except Exception as e:
                        return 'refused'
                conditions = [%s]
                result = pl.DataFrame({'condition': conditions, 'ids': [ids(each) for each in conditions]})
                """.formatted(
                        of.series(),
                        String.join(
                                ", ",
                                of.conditions().stream()
                                        .map(condition -> "\"" + condition + "\"")
                                        .toList())));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        Map<String, String> expected = new LinkedHashMap<>();
        for (JsonNode row : reply.json().at("/results/rows")) {
            expected.put(row.get(0).asText(), row.get(1).asText());
        }
        return expected;
    }

    private static void assertReads(Case of, String table, String condition, String expected) {
        Reply reply = server.query("SELECT id FROM t WHERE " + condition + " ORDER BY id", "t=default." + table);
        if (expected.equals("refused")) {
            assertThat(reply.status())
                    .as("%s of %s: %s", condition, table, reply.text())
                    .isEqualTo(400);
            assertThat(reply.error())
                    .as("%s of %s", condition, table)
                    .contains("'v'")
                    .doesNotContain("v_m");
        } else {
            assertThat(reply.status())
                    .as("%s of %s: %s", condition, table, reply.text())
                    .isEqualTo(200);
            assertThat(reply.rows().replaceAll("\\[(\\d+)]", "$1"))
                    .as("%s of %s (%s)", condition, table, of.series())
                    .isEqualTo(expected);
        }
    }
}
