package dev.nerium.result;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** Booleans, integers, floats and decimals. */
final class Numbers {
    private Numbers() {}

    static Layout bool() {
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            ByteBuffer bits = batch.buffer((node.length() + 7L) / 8);
            return node.nullable((row, out) -> out.writeBoolean(Node.bit(bits, row)));
        };
    }

    static Layout signed(int bits) throws CorruptResultException {
        return switch (bits) {
            case 8 -> Layout.fixed(1, b -> (row, out) -> out.writeNumber((int) b.get(row)));
            case 16 -> Layout.fixed(2, b -> (row, out) -> out.writeNumber((int) b.getShort(row * 2)));
            case 32 -> Layout.fixed(4, b -> (row, out) -> out.writeNumber(b.getInt(row * 4)));
            case 64 -> Layout.fixed(8, b -> (row, out) -> out.writeNumber(b.getLong(row * 8)));
            default -> throw new CorruptResultException("an integer has " + bits + " bits");
        };
    }

    static Layout unsigned(int bits) throws CorruptResultException {
        return switch (bits) {
            case 8 -> Layout.fixed(1, b -> (row, out) -> out.writeNumber(Byte.toUnsignedInt(b.get(row))));
            case 16 -> Layout.fixed(2, b -> (row, out) -> out.writeNumber(Short.toUnsignedInt(b.getShort(row * 2))));
            case 32 -> Layout.fixed(4, b -> (row, out) -> out.writeNumber(Integer.toUnsignedLong(b.getInt(row * 4))));
            case 64 -> Layout.fixed(8, b -> (row, out) -> writeUnsigned(b.getLong(row * 8), out));
            default -> throw new CorruptResultException("an integer has " + bits + " bits");
        };
    }

    /** NaN and infinities are texts in JSON. */
    static Layout float64() {
        return Layout.fixed(8, b -> (row, out) -> out.writeNumber(b.getDouble(row * 8)));
    }

    static Layout float32() {
        return Layout.fixed(4, b -> (row, out) -> out.writeNumber(b.getFloat(row * 4)));
    }

    static Layout float16() {
        return Layout.fixed(2, b -> (row, out) -> writeHalf(Float.float16ToFloat(b.getShort(row * 2)), out));
    }

    /** A half float that travels in a float. */
    static Layout widenedFloat16() {
        return Layout.fixed(4, b -> (row, out) -> writeHalf(b.getFloat(row * 4), out));
    }

    static Layout decimal(int bits, int precision, int scale) throws CorruptResultException {
        if (bits != 128 && bits != 256) {
            throw new CorruptResultException("a decimal has " + bits + " bits");
        }
        if (precision < 1 || precision > 76 || scale < 0 || scale > precision) {
            throw new CorruptResultException("a decimal has precision " + precision + " and scale " + scale);
        }
        int width = bits / 8;
        return Layout.fixed(
                width,
                b -> (row, out) ->
                        out.writeString(decimal(b, row * width, width, scale).toPlainString()));
    }

    private static BigDecimal decimal(ByteBuffer buffer, int start, int width, int scale) {
        long low = buffer.getLong(start);
        if (width == 16 && buffer.getLong(start + 8) == low >> 63) {
            return BigDecimal.valueOf(low, scale);
        }
        byte[] bigEndian = new byte[width];
        for (int i = 0; i < width; i++) {
            bigEndian[i] = buffer.get(start + width - 1 - i);
        }
        return new BigDecimal(new BigInteger(bigEndian), scale);
    }

    private static void writeUnsigned(long value, JsonGenerator out) throws IOException {
        if (value >= 0) {
            out.writeNumber(value);
        } else {
            out.writeNumber(Long.toUnsignedString(value));
        }
    }

    private static void writeHalf(float value, JsonGenerator out) throws IOException {
        boolean half = Float.float16ToFloat(Float.floatToFloat16(value)) == value;
        if (half && Float.isFinite(value)) {
            out.writeNumber(HalfFloatText.of(value));
        } else {
            out.writeNumber(value);
        }
    }
}
