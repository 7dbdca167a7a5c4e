package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.ColumnLineage.Field;
import dev.nerium.run.ColumnLineage.Source;
import dev.nerium.run.ColumnLineage.Transformation;
import dev.nerium.sandbox.job.WorkerCallbacks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the lineage in a worker's message. Tables and columns are checked; whether the lineage is true cannot be. */
final class LineageReader {
    private static final String DIRECT = "DIRECT";
    private static final String INDIRECT = "INDIRECT";

    /** Types by subtype, of OpenLineage's column lineage facet 1-2-0. */
    private static final Map<String, String> TYPES = Map.of(
            "IDENTITY", DIRECT,
            "TRANSFORMATION", DIRECT,
            "AGGREGATION", DIRECT,
            "FILTER", INDIRECT,
            "JOIN", INDIRECT,
            "GROUP_BY", INDIRECT,
            "SORT", INDIRECT,
            "WINDOW", INDIRECT,
            "CONDITIONAL", INDIRECT);

    private static final Comparator<Transformation> ORDER =
            Comparator.comparing(Transformation::type).thenComparing(Transformation::subtype);

    private final WorkerCallbacks tables;

    LineageReader(WorkerCallbacks tables) {
        this.tables = tables;
    }

    /** The lineage in a {@code result} or {@code explained}, where it has one. */
    Optional<ColumnLineage> read(JsonNode message) throws ProtocolException {
        JsonNode lineage = message.path("lineage");
        if (lineage.isMissingNode()) {
            return Optional.empty();
        }
        Set<String> columns = new HashSet<>();
        message.path("columns").forEach(column -> columns.add(column.asText()));
        List<Field> fields = new ArrayList<>();
        for (JsonNode field : list(lineage, "fields")) {
            // Each column once.
            if (!columns.remove(text(field, "name"))) {
                throw new ProtocolException("the lineage of a column that the result does not have");
            }
            fields.add(new Field(text(field, "name"), flag(field, "unknown"), inputs(field, "inputs")));
        }
        return Optional.of(new ColumnLineage(fields, inputs(lineage, "dataset"), flag(lineage, "complete")));
    }

    private List<Source> inputs(JsonNode message, String name) throws ProtocolException {
        Map<List<String>, Set<Transformation>> inputs = new LinkedHashMap<>();
        Set<List<Object>> seen = new HashSet<>();
        for (JsonNode input : list(message, name)) {
            int table = input.path("table").asInt(-1);
            String field = text(input, "field");
            if (!input.path("table").isInt() || !tables.hasField(table, field)) {
                throw new ProtocolException("a lineage from a column that no table of the run has");
            }
            if (!seen.add(List.of(table, field))) {
                throw new ProtocolException("a lineage that names an input twice");
            }
            // The same files, read by two functions, have two handles.
            inputs.computeIfAbsent(List.of(tables.nameOf(table), field), _ -> transformationSet())
                    .addAll(transformations(input));
        }
        return inputs.entrySet().stream()
                .map(input ->
                        new Source(input.getKey().getFirst(), input.getKey().getLast(), List.copyOf(input.getValue())))
                .toList();
    }

    private static Set<Transformation> transformationSet() {
        return new TreeSet<>(ORDER.thenComparing(Transformation::masking));
    }

    private static Set<Transformation> transformations(JsonNode input) throws ProtocolException {
        Set<Transformation> transformations = transformationSet();
        for (JsonNode step : list(input, "transformations")) {
            String subtype = text(step, "subtype");
            String type = text(step, "type");
            if (!type.equals(TYPES.get(subtype))) {
                throw new ProtocolException("a lineage with an unknown transformation");
            }
            if (!transformations.add(new Transformation(type, subtype, flag(step, "masking")))) {
                throw new ProtocolException("a lineage that names a transformation twice");
            }
        }
        if (transformations.isEmpty()) {
            throw new ProtocolException("a lineage without a transformation");
        }
        return transformations;
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
