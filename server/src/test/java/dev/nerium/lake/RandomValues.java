package dev.nerium.lake;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Random types, and values of few enough kinds that equal ones meet. */
final class RandomValues {
    private static final List<String> TEXTS =
            List.of("", "a", "A", "ü", "a b", "a\"b'c", "漢字", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    private static final double[] FLOATS = {0.0, -0.0, 1.5, -2.25, 1e30, Double.NaN, Double.POSITIVE_INFINITY};

    private final Random random;
    private final int version;

    RandomValues(Random random, int version) {
        this.random = random;
        this.version = version;
    }

    Type primitive() {
        List<Type> types = new ArrayList<>(List.of(
                Types.BooleanType.get(),
                Types.IntegerType.get(),
                Types.LongType.get(),
                Types.FloatType.get(),
                Types.DoubleType.get(),
                Types.DateType.get(),
                Types.TimeType.get(),
                Types.TimestampType.withoutZone(),
                Types.TimestampType.withZone(),
                Types.StringType.get(),
                Types.UUIDType.get(),
                Types.FixedType.ofLength(3),
                Types.BinaryType.get(),
                Types.DecimalType.of(7, 2),
                Types.DecimalType.of(15, 4),
                Types.DecimalType.of(30, 10)));
        if (version > 2) {
            types.add(Types.TimestampNanoType.withoutZone());
            types.add(Types.TimestampNanoType.withZone());
        }
        return types.get(random.nextInt(types.size()));
    }

    /** The ids are placeholders: a table gives its own. */
    Type type(int depth) {
        return switch (depth == 0 ? 9 : random.nextInt(10)) {
            case 0, 1 -> struct(depth);
            case 2 -> Types.ListType.ofOptional(id(), type(depth - 1));
            case 3 -> Types.MapType.ofOptional(id(), id(), Types.StringType.get(), type(depth - 1));
            default -> primitive();
        };
    }

    private Type struct(int depth) {
        return Types.StructType.of(IntStream.rangeClosed(1, 1 + random.nextInt(3))
                .mapToObj(i -> NestedField.optional(id(), "f" + i, type(depth - 1)))
                .toList());
    }

    int id() {
        return 1 + random.nextInt(1_000_000_000);
    }

    Record row(Types.StructType type) {
        GenericRecord row = GenericRecord.create(type);
        for (NestedField field : type.fields()) {
            row.setField(field.name(), field.isOptional() && random.nextInt(6) == 0 ? null : value(field.type()));
        }
        return row;
    }

    Object value(Type type) {
        return switch (type.typeId()) {
            case STRUCT -> row(type.asStructType());
            case LIST -> items(type.asListType().elementType());
            case MAP -> entries(type.asMapType().valueType());
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt(7) - 3;
            case LONG -> random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(7) - 3L;
            case FLOAT -> (float) FLOATS[random.nextInt(FLOATS.length)];
            case DOUBLE -> FLOATS[random.nextInt(FLOATS.length)];
            case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
            case UUID -> new UUID(random.nextInt(3) - 1L, random.nextInt(3) - 1L);
            case FIXED -> new byte[] {1, (byte) random.nextInt(3), (byte) 255};
            case BINARY -> ByteBuffer.wrap(new byte[random.nextInt(4)]);
            case DECIMAL ->
                new BigDecimal(BigInteger.valueOf(random.nextInt(200) - 100), ((Types.DecimalType) type).scale());
            default -> moment(type);
        };
    }

    private Object moment(Type type) {
        LocalDateTime at = LocalDateTime.of(1969, 12, 31, 22, 0).plusHours(random.nextInt(5));
        return switch (type.typeId()) {
            case DATE -> LocalDate.of(1969, 12, 30).plusDays(random.nextInt(5));
            case TIME -> LocalTime.of(23, 59, 59).plus(random.nextInt(3), ChronoUnit.MICROS);
            case TIMESTAMP -> zoned(((Types.TimestampType) type).shouldAdjustToUTC(), at.plusNanos(1000));
            case TIMESTAMP_NANO -> zoned(((Types.TimestampNanoType) type).shouldAdjustToUTC(), at.plusNanos(1));
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private static Object zoned(boolean zoned, LocalDateTime at) {
        return zoned ? at.atOffset(ZoneOffset.UTC) : at;
    }

    private List<@Nullable Object> items(Type type) {
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            items.add(random.nextInt(4) == 0 ? null : value(type));
        }
        return items;
    }

    private Map<Object, @Nullable Object> entries(Type type) {
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            entries.put("k" + i, random.nextInt(4) == 0 ? null : value(type));
        }
        return entries;
    }
}
