package dev.nerium.workload.lineage;

import dev.nerium.run.ColumnLineage;
import dev.nerium.run.ColumnLineage.Field;
import dev.nerium.run.ColumnLineage.Source;
import dev.nerium.run.ColumnLineage.Transformation;
import dev.nerium.sandbox.job.ColumnLineage.InputField;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/** The lineage that a worker told by its tables' handles, with their names, which stay. */
final class LineageResolver {
    private static final Comparator<Transformation> ORDER =
            Comparator.comparing(Transformation::type).thenComparing(Transformation::subtype);

    private LineageResolver() {}

    static ColumnLineage of(dev.nerium.sandbox.job.ColumnLineage told, IntFunction<String> names) {
        List<Field> fields = told.fields().stream()
                .map(field -> new Field(field.name(), field.unknown(), sources(field.inputs(), names)))
                .toList();
        return new ColumnLineage(fields, sources(told.dataset(), names), told.complete());
    }

    private static List<Source> sources(List<InputField> inputs, IntFunction<String> names) {
        return inputs.stream()
                .map(input -> new Source(names.apply(input.table()), input.field(), transformations(input)))
                .toList();
    }

    private static List<Transformation> transformations(InputField input) {
        return input.transformations().stream()
                .map(done -> new Transformation(
                        done.subtype().type().name(), done.subtype().name(), done.masking()))
                .sorted(ORDER)
                .toList();
    }
}
