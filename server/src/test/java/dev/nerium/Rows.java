package dev.nerium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Rows of whole numbers, which are 64 bits wide, and texts. */
record Rows(List<String> names, List<JsonNode> columns) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param columns such as {@code {'n': [1, 2], 's': ['x', 'y']}} */
    static Rows parse(String columns) {
        try {
            List<String> names = new ArrayList<>();
            List<JsonNode> values = new ArrayList<>();
            JSON.readTree(columns.replace('\'', '"')).properties().forEach(column -> {
                names.add(column.getKey());
                values.add(column.getValue());
            });
            return new Rows(names, values);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(columns, e);
        }
    }

    /** A query with these rows as its result. */
    String sql() {
        List<String> rows = IntStream.range(0, columns.getFirst().size())
                .mapToObj(row -> "("
                        + String.join(
                                ", ",
                                columns.stream()
                                        .map(column -> literal(column.get(row)))
                                        .toList()) + ")")
                .toList();
        List<String> selected = IntStream.range(0, names.size())
                .mapToObj(column -> isNumber(columns.get(column))
                        ? "CAST(c%1$d AS BIGINT) AS \"%2$s\"".formatted(column, names.get(column))
                        : "c%1$d AS \"%2$s\"".formatted(column, names.get(column)))
                .toList();
        List<String> all = IntStream.range(0, names.size())
                .mapToObj(column -> "c" + column)
                .toList();
        return "SELECT %s FROM (VALUES %s) AS v(%s)"
                .formatted(String.join(", ", selected), String.join(", ", rows), String.join(", ", all));
    }

    private static boolean isNumber(JsonNode column) {
        return StreamSupport.stream(column.spliterator(), false).anyMatch(JsonNode::isIntegralNumber);
    }

    private static String literal(JsonNode value) {
        return value.isTextual() ? "'" + value.asText().replace("'", "''") + "'" : value.toString();
    }
}
