package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code truncate[N]} of the smallest numbers overflows: no comparison may lose them for that. */
@Tag("server")
class TruncatedNumbersTest {
    private static final List<String> OPERATORS = List.of("=", "<>", "<", "<=", ">", ">=");

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

    @ParameterizedTest
    @CsvSource({"int, 10", "int, 7", "int, 1", "int, 1000000", "long, 10", "long, 3", "long, 64", "long, 1000000"})
    void keepsEveryRowOfEveryComparison(String typeName, int width) {
        Type type = Types.fromPrimitiveString(typeName);
        long smallest = typeName.equals("int") ? Integer.MIN_VALUE : Long.MIN_VALUE;
        long largest = typeName.equals("int") ? Integer.MAX_VALUE : Long.MAX_VALUE;
        List<Long> values = List.of(
                smallest,
                smallest + 1,
                smallest + 5,
                smallest + 12,
                -11L,
                -1L,
                0L,
                9L,
                largest - 6,
                largest - 1,
                largest);
        String table = "truncated_" + typeName + width;
        Schema schema = new Schema(NestedField.optional(1, "a", type));
        lake.create(table, schema, IcebergTables.partitionedBy(schema, "truncate[" + width + "]", 1));
        assertThat(server.script(
                                "result = pl.DataFrame({'a': %s}, schema={'a': pl.%s})"
                                        .formatted(values, typeName.equals("int") ? "Int32" : "Int64"),
                                Map.of("destination", "default." + table, "saveMode", "append"))
                        .status())
                .isEqualTo(200);

        for (long bound : values) {
            for (String operator : OPERATORS) {
                assertThat(read(table, "a %s %d".formatted(operator, bound)))
                        .as("%s %d", operator, bound)
                        .isEqualTo(shown(values.stream().filter(value -> holds(value, operator, bound))));
            }
        }
        assertThat(read(table, "NOT (a >= 0)")).isEqualTo(shown(values.stream().filter(value -> value < 0)));
        assertThat(read(table, "a BETWEEN %d AND -1".formatted(smallest + 1)))
                .isEqualTo(shown(values.stream().filter(value -> value > smallest && value < 0)));
        assertThat(read(table, "a IN (%d, -1)".formatted(smallest))).isEqualTo("[[%d],[-1]]".formatted(smallest));
    }

    @Test
    void theRouteThatPlansScansLeavesOutNoFile() {
        Schema schema = new Schema(NestedField.optional(1, "a", Types.LongType.get()));
        lake.create("planned", schema, IcebergTables.partitionedBy(schema, "truncate[10]", 1));
        server.script(
                "result = pl.DataFrame({'a': [-2**63, -15, 0, 2**63 - 1]}, schema={'a': pl.Int64})",
                Map.of("destination", "default.planned", "saveMode", "append"));

        Reply plan = server.post(
                "/iceberg/v1/oleander/namespaces/default/tables/planned/plan",
                "{\"filter\": {\"type\": \"lt\", \"term\": \"A\", \"value\": -20}, \"case-sensitive\": false}");

        long rows = 0;
        for (JsonNode task : plan.json().path("file-scan-tasks")) {
            rows += task.at("/data-file/record-count").asLong();
            assertThat(task.at("/residual-filter/type").asText()).isEqualTo("lt");
        }
        assertThat(rows).as(plan.text()).isEqualTo(4);
    }

    private static boolean holds(long value, String operator, long bound) {
        int order = Long.compare(value, bound);
        return switch (operator) {
            case "=" -> order == 0;
            case "<>" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static String read(String table, String condition) {
        return server.query("SELECT a FROM t WHERE " + condition + " ORDER BY a", "t=default." + table)
                .rows();
    }

    private static String shown(Stream<Long> values) {
        return values.sorted().map("[%d]"::formatted).toList().toString().replace(" ", "");
    }
}
