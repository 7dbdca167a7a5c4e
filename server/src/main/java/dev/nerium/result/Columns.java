package dev.nerium.result;

import dev.nerium.result.Encoding.AsArrow;
import dev.nerium.result.Encoding.HalfFloat;
import dev.nerium.result.Encoding.IntegerText;
import dev.nerium.result.Encoding.ListOf;
import dev.nerium.result.Encoding.StructOf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Duration;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;

/** Turns an Arrow schema into the layouts of its columns, and refuses what the worker protocol leaves out. */
final class Columns {
    private final Allowance fields = new Allowance("fields", 100_000);
    private final Allowance names = new Allowance("bytes of names", 16 << 20);

    List<Layout> of(Schema schema, ResultShape shape) throws CorruptResultException {
        if (schema.endianness() != Endianness.Little) {
            throw new CorruptResultException("the Arrow stream is big-endian");
        }
        if (schema.fieldsLength() != shape.columns().size()) {
            throw new CorruptResultException("the Arrow stream has " + schema.fieldsLength()
                    + " columns, the result message " + shape.columns().size());
        }
        List<Layout> columns = new ArrayList<>();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            columns.add(layout(schema.fields(i), shape.encodings().get(i), 0));
        }
        return columns;
    }

    private Layout layout(Field field, Encoding encoding, int depth) throws CorruptResultException {
        fields.spend(1);
        if (depth > Encoding.MAX_DEPTH) {
            throw new CorruptResultException("the Arrow schema is nested deeper than " + Encoding.MAX_DEPTH);
        }
        if (field.dictionary() != null) {
            throw new CorruptResultException("a column is dictionary-encoded: expected plain values");
        }
        return switch (field.typeType()) {
            case Type.List -> Nested.list(Offsets.Width.INT, element(field, encoding, depth));
            case Type.LargeList -> Nested.list(Offsets.Width.LONG, element(field, encoding, depth));
            case Type.FixedSizeList ->
                Nested.fixedList(
                        ((FixedSizeList) field.type(new FixedSizeList())).listSize(), element(field, encoding, depth));
            case Type.Map -> Nested.list(Offsets.Width.INT, entries(field, encoding, depth));
            case Type.Struct_ -> struct(field, encoding, depth);
            default -> encoded(field, encoding);
        };
    }

    private Layout element(Field field, Encoding encoding, int depth) throws CorruptResultException {
        if (field.childrenLength() != 1) {
            throw new CorruptResultException("a list has " + field.childrenLength() + " children");
        }
        return layout(field.children(0), elementEncoding(encoding), depth + 1);
    }

    private Layout entries(Field field, Encoding encoding, int depth) throws CorruptResultException {
        if (field.childrenLength() != 1 || field.children(0).childrenLength() != 2) {
            throw new CorruptResultException("a map has no entries of key and value");
        }
        List<Layout> children = children(field.children(0), elementEncoding(encoding), depth + 1);
        return Nested.struct(List.of("key", "value"), children);
    }

    private static Encoding elementEncoding(Encoding encoding) throws CorruptResultException {
        return switch (encoding) {
            case ListOf(Encoding element) -> element;
            case AsArrow same -> same;
            case IntegerText _, HalfFloat _, StructOf _ -> throw misfit("list", encoding);
        };
    }

    private Layout struct(Field field, Encoding encoding, int depth) throws CorruptResultException {
        List<Layout> children = children(field, encoding, depth);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < children.size(); i++) {
            keys.add(text(field.children(i).nameAsByteBuffer()));
        }
        if (new HashSet<>(keys).size() != keys.size()) {
            throw new CorruptResultException("two fields of a struct share a name");
        }
        return Nested.struct(keys, children);
    }

    private List<Layout> children(Field struct, Encoding encoding, int depth) throws CorruptResultException {
        int count = struct.childrenLength();
        List<Encoding> encodings = fieldEncodings(encoding, count);
        if (encodings.size() != count) {
            throw new CorruptResultException("a struct of " + count + " fields has " + encodings.size() + " encodings");
        }
        List<Layout> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            children.add(layout(struct.children(i), encodings.get(i), depth + 1));
        }
        return children;
    }

    private static List<Encoding> fieldEncodings(Encoding encoding, int count) throws CorruptResultException {
        return switch (encoding) {
            case StructOf(List<Encoding> encodings) -> encodings;
            case AsArrow same -> Collections.nCopies(count, same);
            case IntegerText _, HalfFloat _, ListOf _ -> throw misfit("struct", encoding);
        };
    }

    private Layout encoded(Field field, Encoding encoding) throws CorruptResultException {
        return switch (encoding) {
            case AsArrow _ -> plain(field);
            case IntegerText _ when field.typeType() == Type.Utf8 -> Texts.integer(Offsets.Width.INT);
            case IntegerText _ when field.typeType() == Type.LargeUtf8 -> Texts.integer(Offsets.Width.LONG);
            case HalfFloat _ when field.typeType() == Type.FloatingPoint -> halfFloat(field);
            case IntegerText _, HalfFloat _, ListOf _, StructOf _ -> throw misfit(typeName(field), encoding);
        };
    }

    private Layout plain(Field field) throws CorruptResultException {
        return switch (field.typeType()) {
            case Type.Null -> Nested.nulls();
            case Type.Bool -> Numbers.bool();
            case Type.Int -> integer((Int) field.type(new Int()));
            case Type.FloatingPoint -> floating(precision(field));
            case Type.Decimal -> decimal((Decimal) field.type(new Decimal()));
            case Type.Utf8 -> Texts.utf8(Offsets.Width.INT);
            case Type.LargeUtf8 -> Texts.utf8(Offsets.Width.LONG);
            case Type.Binary -> Texts.binary(Offsets.Width.INT);
            case Type.LargeBinary -> Texts.binary(Offsets.Width.LONG);
            case Type.FixedSizeBinary ->
                Texts.fixedBinary(((FixedSizeBinary) field.type(new FixedSizeBinary())).byteWidth());
            case Type.Date -> date((Date) field.type(new Date()));
            case Type.Time -> time((Time) field.type(new Time()));
            case Type.Timestamp -> timestamp((Timestamp) field.type(new Timestamp()));
            case Type.Duration -> Times.duration(TimeUnit.of(((Duration) field.type(new Duration())).unit()));
            default ->
                throw new CorruptResultException(
                        "a column has the Arrow type " + typeName(field) + ", which no result has");
        };
    }

    private static Layout integer(Int type) throws CorruptResultException {
        return type.isSigned() ? Numbers.signed(type.bitWidth()) : Numbers.unsigned(type.bitWidth());
    }

    private static Layout floating(short precision) throws CorruptResultException {
        return switch (precision) {
            case Precision.HALF -> Numbers.float16();
            case Precision.SINGLE -> Numbers.float32();
            case Precision.DOUBLE -> Numbers.float64();
            default -> throw new CorruptResultException("a float has the precision " + precision);
        };
    }

    private static Layout halfFloat(Field field) throws CorruptResultException {
        return switch (precision(field)) {
            case Precision.HALF -> Numbers.float16();
            case Precision.SINGLE -> Numbers.widenedFloat16();
            default -> throw misfit("Float64", new HalfFloat());
        };
    }

    private static short precision(Field field) {
        return ((FloatingPoint) field.type(new FloatingPoint())).precision();
    }

    private static Layout decimal(Decimal type) throws CorruptResultException {
        return Numbers.decimal(type.bitWidth(), type.precision(), type.scale());
    }

    private static Layout date(Date type) {
        return type.unit() == DateUnit.DAY ? Times.dateInDays() : Times.dateInMillis();
    }

    private static Layout time(Time type) throws CorruptResultException {
        return Times.time(type.bitWidth(), TimeUnit.of(type.unit()));
    }

    private Layout timestamp(Timestamp type) throws CorruptResultException {
        TimeUnit unit = TimeUnit.of(type.unit());
        ByteBuffer zone = type.timezoneAsByteBuffer();
        return zone == null ? Times.dateTime(unit) : Times.zonedDateTime(unit, text(zone));
    }

    private String text(ByteBuffer bytes) throws CorruptResultException {
        names.spend(bytes.remaining());
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static String typeName(Field field) {
        byte type = field.typeType();
        return type >= 0 && type < Type.names.length ? Type.name(type) : "number " + type;
    }

    private static CorruptResultException misfit(String type, Encoding encoding) {
        return new CorruptResultException("a column of the Arrow type " + type + " has the encoding "
                + encoding.getClass().getSimpleName());
    }
}
