package dev.nerium.lake.footer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * The Arrow schema in the metadata of a Parquet file, an encapsulated IPC message in Base64. Polars believes it before the
 * Parquet types. It is compared field by field with the columns of the file, and never decoded as a whole: its parts may
 * refer to each other so that a few bytes become more fields than memory holds.
 */
final class ArrowSchema {
    private static final int MAX_CHARACTERS = 4 << 20;
    private static final int CONTINUATION = -1;
    private static final int PREFIX_BYTES = 8;
    private static final int MAX_FIELD_METADATA = 64;
    private static final ByteBuffer EXTENSION = bytes("ARROW:extension:name");

    /** The Arrow type of a primitive Iceberg type. */
    private static final Map<Type, ArrowType> PRIMITIVES = Map.ofEntries(
            Map.entry(Types.BooleanType.get(), ArrowType.Bool.INSTANCE),
            Map.entry(Types.IntegerType.get(), new ArrowType.Int(32, true)),
            Map.entry(Types.LongType.get(), new ArrowType.Int(64, true)),
            Map.entry(Types.FloatType.get(), new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            Map.entry(Types.DoubleType.get(), new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            Map.entry(Types.DateType.get(), new ArrowType.Date(DateUnit.DAY)),
            Map.entry(Types.TimestampType.withoutZone(), new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
            Map.entry(Types.TimestampType.withZone(), new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            Map.entry(Types.TimestampNanoType.withoutZone(), new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)),
            Map.entry(Types.TimestampNanoType.withZone(), new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")));

    private ArrowSchema() {}

    /** Whether it has exactly these columns, with the types that Iceberg's types are in Arrow; may fail where it is damaged. */
    static boolean describes(String text, List<NestedField> columns) {
        if (text.length() > MAX_CHARACTERS) {
            return false;
        }
        ByteBuffer message = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        if (message.getInt() != CONTINUATION || message.getInt() > message.limit() - PREFIX_BYTES) {
            return false;
        }
        Message decoded = Message.getRootAsMessage(message);
        if (decoded.headerType() != MessageHeader.Schema) {
            return false;
        }
        Schema schema = (Schema) decoded.header(new Schema());
        return schema != null && areNamed(schema.fieldsLength(), schema::fields, columns);
    }

    private static boolean areNamed(int count, IntFunction<Field> fields, List<NestedField> columns) {
        return count == columns.size()
                && IntStream.range(0, count).allMatch(i -> isNamed(fields.apply(i), columns.get(i)));
    }

    private static boolean isNamed(Field field, NestedField column) {
        return bytes(column.name()).equals(field.nameAsByteBuffer()) && is(field, column.type());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean is(Field field, Type type) {
        return field.dictionary() == null && !isExtension(field) && hasType(field, type);
    }

    /** Polars may have a type of its own for it. */
    private static boolean isExtension(Field field) {
        return field.customMetadataLength() > MAX_FIELD_METADATA
                || IntStream.range(0, field.customMetadataLength())
                        .mapToObj(field::customMetadata)
                        .map(KeyValue::keyAsByteBuffer)
                        .anyMatch(EXTENSION::equals);
    }

    private static boolean hasType(Field field, Type type) {
        TypeID id = type.typeId();
        // Its Java class allocates the size that the field states.
        if (field.typeType() == org.apache.arrow.flatbuf.Type.Union) {
            return false;
        }
        return switch (ArrowType.getTypeForField(field)) {
            case ArrowType.Utf8 _, ArrowType.LargeUtf8 _, ArrowType.Utf8View _ -> id == TypeID.STRING;
            case ArrowType.Binary _, ArrowType.LargeBinary _, ArrowType.BinaryView _, ArrowType.FixedSizeBinary _ ->
                id == TypeID.BINARY || id == TypeID.FIXED || id == TypeID.UUID;
            case ArrowType.Time _ -> id == TypeID.TIME;
            case ArrowType.Decimal arrow ->
                type instanceof DecimalType decimal
                        && arrow.getPrecision() == decimal.precision()
                        && arrow.getScale() == decimal.scale();
            case ArrowType.Struct _ ->
                type instanceof StructType struct && areNamed(field.childrenLength(), field::children, struct.fields());
            case ArrowType.List _, ArrowType.LargeList _ ->
                type instanceof ListType list
                        && field.childrenLength() == 1
                        && is(field.children(0), list.elementType());
            case ArrowType.Map _ -> type instanceof MapType map && hasEntries(field, map);
            case ArrowType other -> other.equals(PRIMITIVES.get(type));
        };
    }

    private static boolean hasEntries(Field field, MapType map) {
        if (field.childrenLength() != 1 || field.children(0).childrenLength() != 2) {
            return false;
        }
        Field entries = field.children(0);
        return is(entries.children(0), map.keyType()) && is(entries.children(1), map.valueType());
    }
}
