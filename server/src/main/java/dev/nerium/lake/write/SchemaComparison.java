package dev.nerium.lake.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How a result fits a table, by name and type at every depth.
 *
 * @param conflicts why rows of the result can't be rows of the table, one sentence each
 * @param additions what the result has and the table has not
 */
record SchemaComparison(List<String> conflicts, List<Addition> additions) {
    /** A column, or a field of the struct at that path. */
    record Addition(List<String> parent, NestedField field) {
        private String mismatch() {
            return "column '" + path(parent, field.name()) + "' is not in the table";
        }
    }

    static SchemaComparison of(Schema table, Schema result) {
        SchemaComparison fit = new SchemaComparison(new ArrayList<>(), new ArrayList<>());
        fit.compare(List.of(), result.asStruct(), table.asStruct());
        return fit;
    }

    /** Every reason why the result does not fit the table as it is; empty where it does. */
    List<String> mismatches() {
        return Stream.concat(conflicts.stream(), additions.stream().map(Addition::mismatch))
                .toList();
    }

    private void compare(List<String> path, Types.StructType result, Types.StructType table) {
        for (NestedField field : result.fields()) {
            NestedField target = table.field(field.name());
            if (target == null) {
                additions.add(new Addition(path, field));
            } else {
                compare(inside(path, field.name()), field.type(), target.type());
            }
        }
        for (NestedField target : table.fields()) {
            if (target.isRequired() && target.writeDefault() == null && result.field(target.name()) == null) {
                conflicts.add("column '" + path(path, target.name()) + "' is required and the result does not have it");
            }
        }
    }

    private void compare(List<String> path, Type result, Type table) {
        if (result.isStructType() && table.isStructType()) {
            compare(path, result.asStructType(), table.asStructType());
        } else if (result.isListType() && table.isListType()) {
            compare(
                    inside(path, "element"),
                    result.asListType().elementType(),
                    table.asListType().elementType());
        } else if (result.isMapType() && table.isMapType()) {
            compare(
                    inside(path, "key"),
                    result.asMapType().keyType(),
                    table.asMapType().keyType());
            compare(
                    inside(path, "value"),
                    result.asMapType().valueType(),
                    table.asMapType().valueType());
        } else if (!widens(result, table)) {
            conflicts.add("column '%s' is %s in the result and %s in the table"
                    .formatted(String.join(".", path), shown(result), shown(table)));
        }
    }

    /** Whether every value of one type is one of the other. The length of bytes is seen only when they are written. */
    static boolean widens(Type from, Type to) {
        if (!from.isPrimitiveType() || !to.isPrimitiveType()) {
            return false;
        }
        boolean bytes = to.typeId() == TypeID.UUID || to.typeId() == TypeID.FIXED;
        return (from.typeId() == TypeID.BINARY && bytes)
                || isUuidAsText(from, to)
                || TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
    }

    /** A result has UUIDs as text; whether each text is one is seen only when they are written. */
    static boolean isUuidAsText(Type from, Type to) {
        return from.typeId() == TypeID.STRING && to.typeId() == TypeID.UUID;
    }

    private static List<String> inside(List<String> path, String name) {
        return Stream.concat(path.stream(), Stream.of(name)).toList();
    }

    private static String path(List<String> parent, String name) {
        return String.join(".", inside(parent, name));
    }

    /** The type without the field ids, which mean nothing to a user. */
    static String shown(Type type) {
        return type.toString().replaceAll("\\b\\d+: ", "");
    }
}
