package dev.nerium.lake.merge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The rows of a table that may have a key of some files, by the bounds of these files. */
final class KeyBounds {
    private KeyBounds() {}

    /** Rows that have a key of any of the files; more where a column has no bounds. */
    static Expression of(List<DataFile> files, List<String> keys, Schema schema) {
        Expression range = files.isEmpty() ? Expressions.alwaysFalse() : Expressions.alwaysTrue();
        for (String key : keys) {
            NestedField field = schema.asStruct().field(key);
            // Others order UUIDs as signed numbers, so their bounds can't be compared.
            if (field.type().typeId() != TypeID.UUID) {
                range = Expressions.and(range, Expressions.and(atLeast(files, field), atMost(files, field)));
            }
        }
        return range;
    }

    private static Expression atLeast(List<DataFile> files, NestedField field) {
        return bounds(files, field, DataFile::lowerBounds)
                .flatMap(bounds ->
                        bounds.stream().min(Comparators.forType(field.type().asPrimitiveType())))
                .<Expression>map(bound -> Expressions.greaterThanOrEqual(field.name(), bound))
                .orElse(Expressions.alwaysTrue());
    }

    private static Expression atMost(List<DataFile> files, NestedField field) {
        return bounds(files, field, DataFile::upperBounds)
                .flatMap(bounds ->
                        bounds.stream().max(Comparators.forType(field.type().asPrimitiveType())))
                .<Expression>map(bound -> Expressions.lessThanOrEqual(field.name(), bound))
                .orElse(Expressions.alwaysTrue());
    }

    /** The column's bounds of all files; empty where one has none. */
    private static Optional<List<Object>> bounds(
            List<DataFile> files, NestedField field, Function<DataFile, @Nullable Map<Integer, ByteBuffer>> bounds) {
        List<Object> values = new ArrayList<>();
        for (DataFile file : files) {
            Map<Integer, ByteBuffer> known = bounds.apply(file);
            if (known == null || !known.containsKey(field.fieldId())) {
                return Optional.empty();
            }
            values.add(Objects.requireNonNull(
                    Conversions.<Object>fromByteBuffer(field.type(), known.get(field.fieldId()))));
        }
        return Optional.of(values);
    }
}
