package dev.nerium.lake.footer;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/** Compares the Iceberg types of columns as a reader sees them that knows neither nullability nor comments. */
public final class ColumnTypes {
    private ColumnTypes() {}

    /** Whether the types are equal, down to the names and ids of nested fields. */
    public static boolean areEqual(Type one, Type other) {
        if (one instanceof StructType a && other instanceof StructType b) {
            return areEqual(a.fields(), b.fields());
        }
        if (one instanceof ListType a && other instanceof ListType b) {
            return areEqual(a.fields(), b.fields());
        }
        if (one instanceof MapType a && other instanceof MapType b) {
            return areEqual(a.fields(), b.fields());
        }
        return one.isPrimitiveType() && one.equals(other);
    }

    private static boolean areEqual(List<NestedField> some, List<NestedField> others) {
        return some.size() == others.size()
                && IntStream.range(0, some.size()).allMatch(i -> areEqual(some.get(i), others.get(i)));
    }

    private static boolean areEqual(NestedField one, NestedField other) {
        return one.fieldId() == other.fieldId()
                && one.name().equals(other.name())
                && areEqual(one.type(), other.type());
    }

    /** Whether Polars casts each value of a type to the wider one without loss. */
    public static boolean isWidened(Type stored, Type wanted) {
        return (stored.typeId() == TypeID.INTEGER && wanted.typeId() == TypeID.LONG)
                || (stored.typeId() == TypeID.FLOAT && wanted.typeId() == TypeID.DOUBLE);
    }
}
