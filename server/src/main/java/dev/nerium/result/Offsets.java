package dev.nerium.result;

import java.nio.ByteBuffer;

/** The start of each value; value {@code i} ends at the start of {@code i + 1}. */
@FunctionalInterface
interface Offsets {
    int at(int index);

    /** Reads the next buffer as {@code length + 1} offsets that never fall. */
    static Offsets read(Batch batch, int length, Width width) throws CorruptResultException {
        if (length == 0) {
            batch.buffer(0);
            return index -> 0;
        }
        ByteBuffer buffer = batch.buffer((length + 1L) * width.bytes);
        long previous = 0;
        for (int i = 0; i <= length; i++) {
            long offset = width == Width.INT ? buffer.getInt(i * Integer.BYTES) : buffer.getLong(i * Long.BYTES);
            if (offset < previous || offset > Integer.MAX_VALUE) {
                throw new CorruptResultException("offset " + offset + " follows " + previous);
            }
            previous = offset;
        }
        return width == Width.INT
                ? index -> buffer.getInt(index * Integer.BYTES)
                : index -> (int) buffer.getLong(index * Long.BYTES);
    }

    /** The width of an offset; large types have long offsets. */
    enum Width {
        INT(Integer.BYTES),
        LONG(Long.BYTES);

        private final int bytes;

        Width(int bytes) {
            this.bytes = bytes;
        }
    }
}
