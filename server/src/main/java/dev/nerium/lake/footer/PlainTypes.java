package dev.nerium.lake.footer;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/** Parquet types as Polars reads them by itself: nullability is nothing to it. */
final class PlainTypes {
    private PlainTypes() {}

    /**
     * Whether Polars has the same types for all values as Iceberg. Iceberg takes times of any unit for microseconds, small
     * and unsigned integers for integers, enums and JSON for strings; Polars does not.
     */
    static boolean areAll(GroupType group) {
        return group.getFields().stream()
                .allMatch(type -> type.isPrimitive() ? isPlain(type.asPrimitiveType()) : areAll(type.asGroupType()));
    }

    static boolean isPlain(PrimitiveType type) {
        return switch (annotation(type)) {
            case null -> type.getPrimitiveTypeName() != PrimitiveTypeName.INT96;
            case TimestampLogicalTypeAnnotation timestamp -> timestamp.getUnit() != TimeUnit.MILLIS;
            case StringLogicalTypeAnnotation _,
                    DateLogicalTypeAnnotation _,
                    TimeLogicalTypeAnnotation _,
                    DecimalLogicalTypeAnnotation _,
                    UUIDLogicalTypeAnnotation _ -> true;
            default -> false;
        };
    }

    /** Whether columns have the same names, ids and types, in the same order. */
    static boolean areAlike(List<Type> some, List<Type> others) {
        return some.size() == others.size()
                && IntStream.range(0, some.size()).allMatch(i -> areAlike(some.get(i), others.get(i)));
    }

    static boolean areAlike(Type one, Type other) {
        return one.getName().equals(other.getName())
                && Objects.equals(one.getId(), other.getId())
                && one.isRepetition(Repetition.REPEATED) == other.isRepetition(Repetition.REPEATED)
                && Objects.equals(annotation(one), annotation(other))
                && one.isPrimitive() == other.isPrimitive()
                && (one.isPrimitive()
                        ? areAlike(one.asPrimitiveType(), other.asPrimitiveType())
                        : areAlike(
                                one.asGroupType().getFields(),
                                other.asGroupType().getFields()));
    }

    private static boolean areAlike(PrimitiveType one, PrimitiveType other) {
        return one.getPrimitiveTypeName() == other.getPrimitiveTypeName()
                && one.getTypeLength() == other.getTypeLength();
    }

    /** Signed integers of the full width need none. */
    private static @Nullable LogicalTypeAnnotation annotation(Type type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return annotation instanceof IntLogicalTypeAnnotation integer
                        && integer.isSigned()
                        && integer.getBitWidth() == width(type)
                ? null
                : annotation;
    }

    private static int width(Type type) {
        return type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT32 ? 32 : 64;
    }
}
