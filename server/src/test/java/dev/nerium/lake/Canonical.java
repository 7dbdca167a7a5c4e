package dev.nerium.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Values in one text form, whether Iceberg's reader or Nerium's JSON gave them. */
final class Canonical {
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS");

    private Canonical() {}

    static String row(Types.StructType type, Record row) {
        return IntStream.range(0, type.fields().size())
                .mapToObj(i -> value(type.fields().get(i).type(), row.get(i)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    static String row(Types.StructType type, JsonNode row) {
        return IntStream.range(0, type.fields().size())
                .mapToObj(i -> json(type.fields().get(i).type(), row.get(i)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String value(Type type, @Nullable Object value) {
        if (value == null) {
            return "null";
        }
        return switch (type.typeId()) {
            case STRUCT -> struct(type.asStructType(), (Record) value);
            case LIST ->
                ((List<?>) value)
                        .stream()
                                .map(item -> value(type.asListType().elementType(), item))
                                .collect(Collectors.joining(", ", "[", "]"));
            case MAP -> map(type.asMapType(), (Map<?, ?>) value);
            case DOUBLE -> number((Double) value);
            case FLOAT -> number((Float) value);
            default -> text(type, value);
        };
    }

    private static String struct(Types.StructType type, Record value) {
        return type.fields().stream()
                .map(field -> field.name() + ": " + value(field.type(), value.getField(field.name())))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String map(Types.MapType type, Map<?, ?> value) {
        return value.entrySet().stream()
                .map(entry -> "{key: " + value(type.keyType(), entry.getKey()) + ", value: "
                        + value(type.valueType(), entry.getValue()) + "}")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "\"NaN\"" : Double.isInfinite(value) ? "\"" + value + "\"" : "" + value;
    }

    private static String text(Type type, Object value) {
        return switch (value) {
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case Boolean truth -> truth.toString();
            case BigDecimal decimal -> quoted(decimal.toPlainString());
            case LocalTime time -> quoted(time.format(DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS")));
            case LocalDateTime moment -> quoted(moment.format(digits(type)));
            case OffsetDateTime moment -> quoted(moment.format(digits(type)) + "+00:00");
            case UUID uuid -> quoted(uuid.toString());
            case byte[] bytes -> quoted(base64(bytes));
            case ByteBuffer bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                yield quoted(base64(copy));
            }
            default -> quoted(value.toString());
        };
    }

    private static DateTimeFormatter digits(Type type) {
        return type.typeId() == Type.TypeID.TIMESTAMP_NANO ? NANOS : MICROS;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static String json(Type type, JsonNode value) {
        if (value.isNull()) {
            return "null";
        }
        return switch (type.typeId()) {
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(field -> field.name() + ": " + json(field.type(), value.get(field.name())))
                        .collect(Collectors.joining(", ", "{", "}"));
            case LIST -> items(type.asListType().elementType(), value);
            case MAP -> items(Types.StructType.of(key(type.asMapType()), entryValue(type.asMapType())), value);
            case DOUBLE -> value.isTextual() ? value.toString() : number(value.doubleValue());
            case FLOAT -> value.isTextual() ? value.toString() : number((float) value.doubleValue());
            default -> value.toString();
        };
    }

    private static String items(Type type, JsonNode items) {
        return items.valueStream().map(item -> json(type, item)).collect(Collectors.joining(", ", "[", "]"));
    }

    private static NestedField key(Types.MapType type) {
        return NestedField.optional(type.keyId(), "key", type.keyType());
    }

    private static NestedField entryValue(Types.MapType type) {
        return NestedField.optional(type.valueId(), "value", type.valueType());
    }
}
