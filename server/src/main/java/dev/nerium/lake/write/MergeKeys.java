package dev.nerium.lake.write;

import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/** Decides which columns a merge compares. */
final class MergeKeys {
    private static final Set<TypeID> COMPARABLE = Set.of(
            TypeID.BOOLEAN,
            TypeID.INTEGER,
            TypeID.LONG,
            TypeID.DATE,
            TypeID.TIME,
            TypeID.TIMESTAMP,
            TypeID.TIMESTAMP_NANO,
            TypeID.STRING,
            TypeID.UUID,
            TypeID.FIXED,
            TypeID.BINARY,
            TypeID.DECIMAL);

    private MergeKeys() {}

    /**
     * The names of the key columns, all of them in both schemas.
     *
     * @param requested empty for the identifier fields of the table
     */
    static List<String> resolve(List<String> requested, TableName name, Schema table, Schema result) {
        List<String> keys = requested.isEmpty() ? identifiers(name, table) : requested;
        for (String key : keys) {
            require(key, "the table " + name, table);
            require(key, "the result", result);
            requireComparable(key, table.asStruct().field(key).type());
        }
        return List.copyOf(keys);
    }

    private static List<String> identifiers(TableName name, Schema table) {
        List<String> names = table.identifierFieldNames().stream().sorted().collect(Collectors.toUnmodifiableList());
        if (names.isEmpty()) {
            throw NeriumException.invalid("mergeKeys is missing: the table " + name
                    + " has no identifier fields, so name the columns that identify its rows, such as [\"id\"].");
        }
        return names;
    }

    private static void require(String key, String where, Schema schema) {
        if (schema.asStruct().field(key) == null) {
            List<String> names =
                    schema.columns().stream().map(NestedField::name).toList();
            throw NeriumException.invalid("mergeKeys names the column '%s', which %s does not have.%s"
                    .formatted(key, where, NearestName.hint(key, names)));
        }
    }

    private static void requireComparable(String key, Type type) {
        if (type.typeId() == TypeID.FLOAT || type.typeId() == TypeID.DOUBLE) {
            throw NeriumException.invalid(
                    ("mergeKeys names the column '%s' of the type %s: equal floating-point numbers may differ in their last"
                                    + " bits, and NaN equals nothing. Use a column of another type, such as a decimal.")
                            .formatted(key, type));
        }
        if (!COMPARABLE.contains(type.typeId())) {
            throw NeriumException.invalid(
                    "mergeKeys names the column '%s' of the type %s: expected a primitive type that can be compared."
                            .formatted(key, type.typeId().name().toLowerCase(java.util.Locale.ROOT)));
        }
    }
}
