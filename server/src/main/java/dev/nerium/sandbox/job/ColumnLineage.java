package dev.nerium.sandbox.job;

import java.util.List;
import java.util.Set;

/**
 * Which columns of the run's tables made the columns of a result, as its worker says, in the words of OpenLineage's column
 * lineage facet 1-2-0. Tables and names exist; whether the worker tells the truth, nobody can check.
 *
 * @param fields columns of the result
 * @param dataset what decided which rows there are, and in which order
 * @param complete whether nothing else did
 */
public record ColumnLineage(List<OutputField> fields, List<InputField> dataset, boolean complete) {
    public ColumnLineage {
        fields = List.copyOf(fields);
        dataset = List.copyOf(dataset);
    }

    /**
     * A column of the result.
     *
     * @param unknown whether there may be more inputs than these
     */
    public record OutputField(String name, boolean unknown, List<InputField> inputs) {
        public OutputField {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A column of a table.
     *
     * @param table its handle in the run
     * @param field its name, or a dotted path into its structs
     */
    public record InputField(int table, String field, Set<Transformation> transformations) {
        public InputField {
            transformations = Set.copyOf(transformations);
        }
    }

    /**
     * The part that an input takes.
     *
     * @param masking whether its values can't be seen in the output
     */
    public record Transformation(Subtype subtype, boolean masking) {}

    /** Whether an output is derived from an input, or only influenced by it. */
    public enum Type {
        DIRECT,
        INDIRECT
    }

    /** OpenLineage's subtypes. */
    public enum Subtype {
        IDENTITY(Type.DIRECT),
        TRANSFORMATION(Type.DIRECT),
        AGGREGATION(Type.DIRECT),
        FILTER(Type.INDIRECT),
        JOIN(Type.INDIRECT),
        GROUP_BY(Type.INDIRECT),
        SORT(Type.INDIRECT),
        WINDOW(Type.INDIRECT),
        CONDITIONAL(Type.INDIRECT);

        private final Type type;

        Subtype(Type type) {
            this.type = type;
        }

        public Type type() {
            return type;
        }
    }
}
