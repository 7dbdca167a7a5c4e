package dev.nerium.lake.command;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Names, types and values as statements have them. */
final class SqlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private SqlText() {}

    /** One identifier. */
    static String name(String name) {
        return PLAIN.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A full name of Iceberg's, with dots between its levels. */
    static String path(String name) {
        return Arrays.stream(name.split("\\.", -1)).map(SqlText::name).collect(Collectors.joining("."));
    }

    static String string(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String type(Type type) {
        return switch (type) {
            case Types.LongType _ -> "bigint";
            case Types.DecimalType decimal -> "decimal(%d, %d)".formatted(decimal.precision(), decimal.scale());
            case Types.FixedType fixed -> "fixed(%d)".formatted(fixed.length());
            case Types.ListType list -> "array<" + type(list.elementType()) + ">";
            case Types.MapType map -> "map<" + type(map.keyType()) + ", " + type(map.valueType()) + ">";
            case Types.StructType struct ->
                struct.fields().stream().map(SqlText::field).collect(Collectors.joining(", ", "struct<", ">"));
            default -> type.toString();
        };
    }

    private static String field(NestedField field) {
        return name(field.name()) + ": " + type(field.type()) + constraints(field);
    }

    /** A column of CREATE TABLE. */
    static String column(NestedField column) {
        String value = value(column);
        return name(column.name()) + " " + type(column.type()) + constraints(column)
                + (value == null ? "" : " DEFAULT " + value);
    }

    private static String constraints(NestedField field) {
        return (field.isRequired() ? " NOT NULL" : "") + (field.doc() == null ? "" : " COMMENT " + string(field.doc()));
    }

    /** The default of new rows; null where there is none. */
    static @Nullable String value(NestedField column) {
        Object value = column.writeDefault();
        if (value == null) {
            return null;
        }
        boolean isText = column.type().typeId() == Type.TypeID.STRING;
        // The JSON of other values has nothing to escape.
        String text = isText
                ? value.toString()
                : SingleValueParser.toJson(column.type(), value).replace("\"", "");
        return switch (column.type().typeId()) {
            case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> text;
            case BINARY, FIXED -> "X" + string(text);
            default -> string(text);
        };
    }
}
