package dev.nerium.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The description of a result without its rows.
 *
 * @param rows rows of the whole result
 * @param returned rows in the Arrow data, at most {@code rows}
 * @param columns names, all different
 * @param dtypes Polars' own name of each column's type
 * @param encodings how each column's Arrow value stands for the Polars value
 */
public record ResultShape(
        long rows, long returned, List<String> columns, List<String> dtypes, List<Encoding> encodings) {

    public ResultShape {
        columns = List.copyOf(columns);
        dtypes = List.copyOf(dtypes);
        encodings = List.copyOf(encodings);
        check(returned >= 0 && returned <= rows, "returned is " + returned + " of " + rows + " rows");
        check(
                dtypes.size() == columns.size() && encodings.size() == columns.size(),
                columns.size() + " columns come with " + dtypes.size() + " dtypes and " + encodings.size()
                        + " encodings");
        check(new HashSet<>(columns).size() == columns.size(), "two columns share a name");
    }

    /** Reads the fields of a {@code result} message; the fields that are not named here are left to others. */
    public static ResultShape parse(JsonNode result) throws CorruptResultException {
        List<Encoding> encodings = new ArrayList<>();
        for (JsonNode encoding : array(result, "encodings")) {
            encodings.add(Encoding.parse(encoding));
        }
        try {
            return new ResultShape(
                    count(result, "rows"),
                    count(result, "returned"),
                    texts(result, "columns"),
                    texts(result, "dtypes"),
                    encodings);
        } catch (IllegalArgumentException e) {
            throw new CorruptResultException("the result message is wrong: " + e.getMessage(), e);
        }
    }

    private static long count(JsonNode result, String field) throws CorruptResultException {
        JsonNode number = result.path(field);
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw wrong(field, "an integer");
        }
        return number.longValue();
    }

    private static List<String> texts(JsonNode result, String field) throws CorruptResultException {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array(result, field)) {
            if (!text.isTextual()) {
                throw wrong(field, "a list of strings");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text.textValue())) {
                throw wrong(field, "a list of strings of whole characters");
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    private static JsonNode array(JsonNode result, String field) throws CorruptResultException {
        JsonNode array = result.path(field);
        if (!array.isArray()) {
            throw wrong(field, "a list");
        }
        return array;
    }

    private static CorruptResultException wrong(String field, String expected) {
        return new CorruptResultException("the result message is wrong: " + field + " is not " + expected);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
