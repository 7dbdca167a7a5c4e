package dev.nerium.lake;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
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

/**
 * Rows of the tables of the reference test: {@code id} is unique, {@code d} has few values, {@code x} has NaN and infinities.
 * Every other float is a multiple of 0.25, so that sums do not depend on the order of addition.
 */
final class ReferenceRows {
    private static final List<String> KINDS = List.of("x", "y", "z", "w", "ü", "long kind");
    private static final List<String> TEXTS =
            List.of("", "a", "Ab", "ünï", "a b", "a\"b'c", "漢字", "x_y%z", "x1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    private static final double[] SPECIAL = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, 1.5, -2.25
    };

    /** A prime: consecutive rows have ids that are not in order, and so many rows have distinct ids. */
    private static final int IDS = 10_007;

    private final Random random;
    private int count;

    ReferenceRows(long seed) {
        this.random = new Random(seed);
    }

    /** Goes on behind rows that were made by another. */
    ReferenceRows skip(int rows) {
        count += rows;
        return this;
    }

    /** The next rows, as a schema of any age has them. */
    List<Record> next(Types.StructType columns, int rows) {
        return IntStream.range(0, rows).mapToObj(i -> row(columns)).toList();
    }

    private Record row(Types.StructType columns) {
        GenericRecord row = GenericRecord.create(columns);
        count++;
        for (NestedField field : columns.fields()) {
            row.setField(field.name(), field.name().equals("id") ? (Object) (count * 7919L % IDS) : column(field));
        }
        return row;
    }

    private @Nullable Object column(NestedField field) {
        if (field.isOptional() && random.nextInt(8) == 0) {
            return null;
        }
        return switch (field.name()) {
            case "d" -> KINDS.get(random.nextInt(KINDS.size()));
            case "x" -> SPECIAL[random.nextInt(SPECIAL.length)];
            default -> value(field.type());
        };
    }

    private Object value(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt(41) - 20;
            // Some that do not fit an int: a column that was widened to long shows whether it is read as one.
            case LONG -> random.nextInt(10) == 0 ? 5_000_000_000L + random.nextInt(5) : random.nextInt(300) - 20L;
            case FLOAT -> (random.nextInt(81) - 40) / 4f;
            case DOUBLE -> random.nextInt(20) == 0 ? 1e12 + 0.25 : (random.nextInt(401) - 200) / 4.0;
            case STRING -> TEXTS.get(random.nextInt(TEXTS.size())) + (random.nextBoolean() ? "" : random.nextInt(9));
            case DECIMAL -> BigDecimal.valueOf(random.nextInt(20_000) - 10_000, ((Types.DecimalType) type).scale());
            case DATE -> LocalDate.of(2026, 1, 20).plusDays(random.nextInt(40));
            case TIME -> LocalTime.of(random.nextInt(24), random.nextInt(60), 59, random.nextInt(1000) * 1000);
            case TIMESTAMP -> zoned(((Types.TimestampType) type).shouldAdjustToUTC(), moment(1000));
            case TIMESTAMP_NANO -> zoned(((Types.TimestampNanoType) type).shouldAdjustToUTC(), moment(1));
            case UUID -> new UUID(random.nextInt(5) - 2L, random.nextInt(5) - 2L);
            case FIXED -> new byte[] {1, (byte) random.nextInt(3), (byte) 255};
            case BINARY -> ByteBuffer.wrap(new byte[] {(byte) random.nextInt(3), (byte) 200}, 0, random.nextInt(3));
            case STRUCT -> struct(type.asStructType());
            case LIST -> items(type.asListType().elementType());
            case MAP -> entries(type.asMapType().valueType());
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private LocalDateTime moment(int nanos) {
        return LocalDateTime.of(2025, 12, 30, 0, 0)
                .plusMinutes(random.nextInt(60 * 24 * 5))
                .plusNanos(nanos);
    }

    private static Object zoned(boolean zoned, LocalDateTime moment) {
        return zoned ? moment.atOffset(ZoneOffset.UTC) : moment;
    }

    private Record struct(Types.StructType type) {
        GenericRecord struct = GenericRecord.create(type);
        type.fields().forEach(field -> struct.setField(field.name(), column(field)));
        return struct;
    }

    private List<@Nullable Object> items(Type type) {
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(random.nextInt(8) == 0 ? null : value(type));
        }
        return items;
    }

    private Map<Object, @Nullable Object> entries(Type type) {
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            entries.put("k" + i, random.nextInt(8) == 0 ? null : value(type));
        }
        return entries;
    }
}
