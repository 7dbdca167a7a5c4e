package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.http.common.RequestFields;
import dev.nerium.sandbox.job.QueryParams;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the values for the parameters of a statement: an object by name, or a list. The worker reads each value. */
final class QueryParamsReader {
    private static final int LONGEST_TYPE = 40;

    private QueryParamsReader() {}

    static QueryParams read(Optional<JsonNode> params) {
        return params.filter(node -> !(node.isContainerNode() && node.isEmpty()))
                .map(QueryParamsReader::read)
                .orElse(QueryParams.NONE);
    }

    private static QueryParams read(JsonNode params) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        if (params.isObject()) {
            params.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        } else if (params.isArray()) {
            params.forEach(value -> values.put(String.valueOf(values.size() + 1), value));
        } else {
            throw RequestFields.wrong("params", params, "an object of values by name, or a list of values");
        }
        Map<String, String> types = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            requireFinite("params." + name, value);
            types.put(name, type(value));
        });
        return new QueryParams(params.toString(), types);
    }

    /** Python would read such a number as infinity. */
    private static void requireFinite(String field, JsonNode value) {
        if (value.isBigDecimal() && Double.isInfinite(value.doubleValue())) {
            throw RequestFields.wrong(
                    field, value, "a number up to 1.8e308, or {\"type\": \"double\", \"value\": \"Infinity\"}");
        }
        value.forEach(member -> requireFinite(field, member));
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> "null";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "double";
            case ARRAY -> "list";
            case OBJECT -> shortened(value.path("type").asText("object"));
            default -> "text";
        };
    }

    private static String shortened(String type) {
        return type.length() > LONGEST_TYPE ? type.substring(0, LONGEST_TYPE) + "…" : type;
    }
}
