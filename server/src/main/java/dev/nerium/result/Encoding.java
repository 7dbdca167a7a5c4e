package dev.nerium.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The encoding of a column's Polars values in Arrow (worker protocol, {@code result}). */
public sealed interface Encoding {
    /** Nesting beyond this is refused, here and in the Arrow schema. */
    int MAX_DEPTH = 128;

    /** The Arrow value is the value. */
    record AsArrow() implements Encoding {}

    /** The text is an integer, wider than Arrow Java reads. */
    record IntegerText() implements Encoding {}

    /** The float was half as wide. */
    record HalfFloat() implements Encoding {}

    record ListOf(Encoding element) implements Encoding {}

    record StructOf(List<Encoding> fields) implements Encoding {
        public StructOf {
            fields = List.copyOf(fields);
        }
    }

    /** Whether there are integers that are texts, which alone of all values can be wrong in themselves. */
    default boolean hasIntegerText() {
        return switch (this) {
            case IntegerText _ -> true;
            case AsArrow _, HalfFloat _ -> false;
            case ListOf(Encoding element) -> element.hasIntegerText();
            case StructOf(List<Encoding> fields) -> fields.stream().anyMatch(Encoding::hasIntegerText);
        };
    }

    static Encoding parse(JsonNode json) throws CorruptResultException {
        return parse(json, 0);
    }

    private static Encoding parse(JsonNode json, int depth) throws CorruptResultException {
        if (depth > MAX_DEPTH) {
            throw new CorruptResultException("an encoding is nested deeper than " + MAX_DEPTH);
        }
        if (json.isNull()) {
            return new AsArrow();
        }
        if (json.isTextual()) {
            return named(json.textValue());
        }
        if (json.size() == 1 && json.has("list")) {
            return new ListOf(parse(json.path("list"), depth + 1));
        }
        if (json.size() == 1 && json.path("struct").isArray()) {
            return struct(json.path("struct"), depth + 1);
        }
        throw unknown(json.toString());
    }

    private static Encoding named(String name) throws CorruptResultException {
        return switch (name) {
            case "integer" -> new IntegerText();
            case "float16" -> new HalfFloat();
            default -> throw unknown(name);
        };
    }

    private static Encoding struct(JsonNode json, int depth) throws CorruptResultException {
        List<Encoding> fields = new ArrayList<>();
        for (JsonNode field : json) {
            fields.add(parse(field, depth));
        }
        return new StructOf(fields);
    }

    private static CorruptResultException unknown(String seen) {
        String shown = seen.length() > 200 ? seen.substring(0, 200) + "…" : seen;
        return new CorruptResultException("an encoding is " + shown
                + ": expected null, \"integer\", \"float16\", {\"list\": encoding} or {\"struct\": [encoding, …]}");
    }
}
