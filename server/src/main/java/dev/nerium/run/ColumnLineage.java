package dev.nerium.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The origin of the columns of a result, derived from its plan.
 *
 * @param fields one per column of the result
 * @param dataset columns that have a say in which rows there are, and in their order
 * @param complete whether {@code dataset} names all of those
 */
public record ColumnLineage(List<Field> fields, List<Source> dataset, boolean complete) {
    public ColumnLineage {
        fields = List.copyOf(fields);
        dataset = List.copyOf(dataset);
    }

    /** @param unknown whether there may be more sources than those, hidden in a Python function, say */
    public record Field(String name, boolean unknown, List<Source> inputs) {
        public Field {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A column of a table.
     *
     * @param table in full, as the run named it
     * @param field with dots where it lies in a struct
     */
    public record Source(String table, String field, List<Transformation> transformations) {
        public Source {
            transformations = List.copyOf(transformations);
        }
    }

    /**
     * The transformation of an input, in OpenLineage's terms (column lineage facet 1-2-0).
     *
     * @param type {@code DIRECT} or {@code INDIRECT}
     * @param masking whether the result does not reveal its values
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Transformation(String type, String subtype, boolean masking) {}
}
