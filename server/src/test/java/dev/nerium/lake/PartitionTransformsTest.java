package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SerializableFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every transform of every type that it takes: the partition of each file is what Iceberg's own transform makes of its rows. */
@Tag("server")
class PartitionTransformsTest {
    private static final List<String> TRANSFORMS = List.of(
            "identity",
            "void",
            "bucket[7]",
            "bucket[1000]",
            "truncate[3]",
            "truncate[10]",
            "year",
            "month",
            "day",
            "hour");
    private static final String DAYS = "dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(1970, 1, 1),"
            + " dt.date(2024, 2, 29), dt.date(9999, 12, 31), None";
    private static final String MOMENTS = """
            dt.datetime(1, 1, 1), dt.datetime(1969, 12, 31, 23, 59, 59, 999999), dt.datetime(1970, 1, 1),
            dt.datetime(1970, 1, 1, 0, 59, 59, 999999), dt.datetime(2024, 2, 29, 12, 30, 0, 1), dt.datetime(2262, 1, 1), None""";

    private static final String NANOS = "-1, 0, 999, 1_709_209_800_000_000_001, -2**62, 2**62, None";

    private static TestServer server;
    private static IcebergTables lake;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        lake = new IcebergTables(server);
    }

    @AfterAll
    static void stop() {
        lake.close();
        server.close();
    }

    /** @param values a Polars series, as Python */
    record Case(Type.PrimitiveType type, String values) {
        @Override
        public String toString() {
            return type.toString();
        }
    }

    private static Stream<Case> types() {
        return Stream.of(
                series(Types.BooleanType.get(), "True, False, None, True", "pl.Boolean"),
                series(
                        Types.IntegerType.get(),
                        "-2**31 + 11, -11, -10, -1, 0, 1, 9, 10, 34, 2**31 - 1, None",
                        "pl.Int32"),
                series(Types.LongType.get(), "-2**63 + 11, -11, -10, -1, 0, 1, 9, 10, 34, 2**63 - 1, None", "pl.Int64"),
                series(Types.FloatType.get(), "-1.5, -0.0, 0.0, 1.5, float('inf'), float('nan'), None", "pl.Float32"),
                series(
                        Types.DoubleType.get(),
                        "-1e300, -0.0, 0.0, 0.1, -float('inf'), float('nan'), None",
                        "pl.Float64"),
                series(
                        Types.DecimalType.of(9, 2),
                        "D('-1.01'), D('-0.01'), D('0.00'), D('14.20'), D('12345.67'), None",
                        "pl.Decimal(9, 2)"),
                series(
                        Types.DecimalType.of(38, 5),
                        "D('-123456789012345678901234567890.12345'), D('0.00001'), D('3.00000'), None",
                        "pl.Decimal(38, 5)"),
                series(Types.DateType.get(), DAYS, "pl.Date"),
                series(
                        Types.TimeType.get(),
                        "dt.time(0), dt.time(22, 31, 8), dt.time(23, 59, 59, 999999), None",
                        "pl.Time"),
                series(Types.TimestampType.withoutZone(), MOMENTS, "pl.Datetime('us')"),
                series(Types.TimestampType.withZone(), MOMENTS, "pl.Datetime('us', 'UTC')"),
                series(Types.TimestampNanoType.withoutZone(), NANOS, "pl.Datetime('ns')"),
                series(Types.TimestampNanoType.withZone(), NANOS, "pl.Datetime('ns', 'UTC')"),
                series(
                        Types.UUIDType.get(),
                        "'00000000-0000-0000-0000-000000000000', 'F79C3E09-677C-4BBD-A479-3F349CB785E7',"
                                + " 'ffffffff-ffff-ffff-ffff-ffffffffffff', None",
                        "pl.String"),
                series(Types.FixedType.ofLength(5), "b'12345', bytes([255]) * 5, None", "pl.Binary"),
                series(Types.StringType.get(), "'', 'a', 'iceberg', 'iceblock', 'ü🌺éx', 'l' * 500, None", "pl.String"),
                series(Types.BinaryType.get(), "b'', bytes([0, 1, 2, 3]), bytes([255]) * 100, None", "pl.Binary"));
    }

    private static Case series(Type.PrimitiveType type, String values, String dtype) {
        return new Case(type, "pl.Series([%s], dtype=%s)".formatted(values, dtype));
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyRowIsInThePartitionThatIcebergPutsItIn(Case of) {
        Schema schema =
                new Schema(NestedField.optional(1, "v", of.type()), NestedField.optional(2, "n", Types.LongType.get()));
        String source = of.type().toString().replaceAll("[^a-z0-9]+", "_");
        save(source, of.values());
        for (String transform : TRANSFORMS) {
            if (IcebergTables.transform(transform).canTransform(of.type())) {
                String name = (source + "_" + transform).replaceAll("[^a-z0-9]+", "_");
                Table table = lake.create(
                        name,
                        schema,
                        IcebergTables.partitionedBy(schema, transform, 1),
                        SortOrder.unsorted(),
                        IcebergTables.version(3));
                append(name, source);
                table.refresh();
                assertPartitions(table, of.type());
            }
        }
    }

    private static void assertPartitions(Table table, Type type) {
        PartitionSpec spec = table.spec();
        Transform<?, ?> transform = spec.fields().getFirst().transform();
        Set<Object> partitions = new HashSet<>();
        long rows = 0;
        for (DataFile file : IcebergTables.files(table)) {
            Object partition = file.partition().get(0, Object.class);
            for (List<Object> row : IcebergTables.rows(table, file)) {
                assertThat(expected(transform, type, row.getFirst()))
                        .as("%s of %s", transform, row)
                        .isEqualTo(comparable(partition));
            }
            rows += file.recordCount();
            assertThat(partitions.add(comparable(partition)))
                    .as("one file for each of %s", partitions)
                    .isTrue();
        }
        assertThat(rows)
                .isEqualTo(Long.parseLong(table.currentSnapshot().summary().get("total-records")))
                .isPositive();
    }

    @SuppressWarnings("unchecked")
    private static Object expected(Transform<?, ?> transform, Type type, Object value) {
        SerializableFunction<Object, Object> bound = ((Transform<Object, Object>) transform).bind(type);
        return comparable(bound.apply(value));
    }

    /** Texts of any class are equal here, and floats that differ in their sign only are not. */
    private static Object comparable(Object value) {
        return value instanceof CharSequence text ? text.toString() : java.util.Optional.ofNullable(value);
    }

    /** The values twice, in a table that every transform's table is then filled from. */
    private static void save(String name, String values) {
        assertWritten(server.script("""
                import datetime as dt
                from decimal import Decimal as D
                v = %s
                once = pl.LazyFrame({'v': v, 'n': range(len(v))})
                result = pl.concat([once, once])
                """.formatted(values), Map.of("destination", "default." + name)));
    }

    private static void append(String name, String source) {
        assertWritten(server.run("""
                {'mode': 'query', 'query': 'select * from s', 'tables': ['s=default.%s'], 'destination': 'default.%s',
                 'saveMode': 'append'}""".formatted(source, name)));
    }

    private static void assertWritten(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
