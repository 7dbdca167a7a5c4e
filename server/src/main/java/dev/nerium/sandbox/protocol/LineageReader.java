package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.sandbox.job.ColumnLineage;
import dev.nerium.sandbox.job.ColumnLineage.InputField;
import dev.nerium.sandbox.job.ColumnLineage.OutputField;
import dev.nerium.sandbox.job.ColumnLineage.Subtype;
import dev.nerium.sandbox.job.ColumnLineage.Transformation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the lineage in a worker's message, of which nothing is believed that can be checked. */
final class LineageReader {
    private static final Map<String, Subtype> SUBTYPES =
            Arrays.stream(Subtype.values()).collect(Collectors.toMap(Subtype::name, Function.identity()));

    private final Columns tables;

    LineageReader(Columns tables) {
        this.tables = tables;
    }

    /** What is known of the run's tables. */
    interface Columns {
        /** Whether the table with this handle has this column, or this field inside its structs. */
        boolean has(int handle, String path);
    }

    /** The lineage in a {@code result} or {@code explained}, where it has one. */
    Optional<ColumnLineage> read(JsonNode message) throws ProtocolException {
        JsonNode lineage = message.path("lineage");
        if (lineage.isMissingNode()) {
            return Optional.empty();
        }
        Set<String> columns = new HashSet<>();
        message.path("columns").forEach(column -> columns.add(column.asText()));
        List<OutputField> fields = new ArrayList<>();
        for (JsonNode field : list(lineage, "fields")) {
            // Each column once.
            if (!columns.remove(text(field, "name"))) {
                throw new ProtocolException("the lineage of a column that the result does not have");
            }
            fields.add(new OutputField(text(field, "name"), flag(field, "unknown"), inputs(field, "inputs")));
        }
        return Optional.of(new ColumnLineage(fields, inputs(lineage, "dataset"), flag(lineage, "complete")));
    }

    private List<InputField> inputs(JsonNode message, String name) throws ProtocolException {
        List<InputField> inputs = new ArrayList<>();
        Set<List<Object>> seen = new HashSet<>();
        for (JsonNode input : list(message, name)) {
            if (!input.path("table").isInt() || !tables.has(input.get("table").intValue(), text(input, "field"))) {
                throw new ProtocolException("a lineage from a column that no table of the run has");
            }
            InputField field = new InputField(input.get("table").intValue(), text(input, "field"), steps(input));
            if (!seen.add(List.of(field.table(), field.field()))) {
                throw new ProtocolException("a lineage that names an input twice");
            }
            inputs.add(field);
        }
        return inputs;
    }

    private static Set<Transformation> steps(JsonNode input) throws ProtocolException {
        Set<Transformation> steps = new HashSet<>();
        for (JsonNode step : list(input, "transformations")) {
            Subtype subtype = SUBTYPES.get(text(step, "subtype"));
            if (subtype == null || !subtype.type().name().equals(text(step, "type"))) {
                throw new ProtocolException("a lineage with an unknown transformation");
            }
            if (!steps.add(new Transformation(subtype, flag(step, "masking")))) {
                throw new ProtocolException("a lineage that names a transformation twice");
            }
        }
        if (steps.isEmpty()) {
            throw new ProtocolException("a lineage without a transformation");
        }
        return steps;
    }

    private static JsonNode list(JsonNode message, String field) throws ProtocolException {
        if (!message.path(field).isArray()) {
            throw new ProtocolException("a lineage whose '" + field + "' is not a list");
        }
        return message.get(field);
    }

    private static String text(JsonNode message, String field) throws ProtocolException {
        if (!message.path(field).isTextual()) {
            throw new ProtocolException("a lineage whose '" + field + "' is not a text");
        }
        return message.get(field).textValue();
    }

    private static boolean flag(JsonNode message, String field) throws ProtocolException {
        if (!message.path(field).isBoolean()) {
            throw new ProtocolException("a lineage whose '" + field + "' is not true or false");
        }
        return message.get(field).booleanValue();
    }
}
