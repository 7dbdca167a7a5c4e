package dev.nerium.lake;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/** Compares a result's schema with the table that it is appended to, by name and type. */
final class AppendSchema {
    private AppendSchema() {}

    /** Every reason why the result does not fit; empty where it does. */
    static List<String> mismatches(Schema table, Schema result) {
        List<String> mismatches = new ArrayList<>();
        for (NestedField column : result.columns()) {
            NestedField target = table.asStruct().field(column.name());
            if (target == null) {
                mismatches.add("column '" + column.name() + "' is not in the table");
            } else if (!fits(column.type(), target.type())) {
                mismatches.add("column '%s' is %s in the result and %s in the table"
                        .formatted(column.name(), shown(column.type()), shown(target.type())));
            }
        }
        for (NestedField target : table.columns()) {
            if (target.isRequired() && result.asStruct().field(target.name()) == null) {
                mismatches.add("column '" + target.name() + "' is required and the result does not have it");
            }
        }
        return mismatches;
    }

    private static boolean fits(Type result, Type target) {
        if (result.isPrimitiveType() && target.isPrimitiveType()) {
            return TypeUtil.isPromotionAllowed(result, target.asPrimitiveType());
        }
        if (result.isListType() && target.isListType()) {
            return fits(result.asListType().elementType(), target.asListType().elementType());
        }
        if (result.isStructType() && target.isStructType()) {
            return result.asStructType().fields().size()
                            == target.asStructType().fields().size()
                    && result.asStructType().fields().stream().allMatch(field -> {
                        NestedField other = target.asStructType().field(field.name());
                        return other != null && fits(field.type(), other.type());
                    });
        }
        return false;
    }

    /** The type without the field ids, which mean nothing to a user. */
    private static String shown(Type type) {
        return type.toString().replaceAll("\\b\\d+: ", "");
    }
}
