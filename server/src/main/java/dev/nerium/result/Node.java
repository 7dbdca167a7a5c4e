package dev.nerium.result;

import java.nio.ByteBuffer;

/**
 * A column's length in a batch, and its null bitmap.
 *
 * @param validity a bit per value, 0 for null; empty when nothing is null
 */
record Node(int length, ByteBuffer validity) {

    Cells nullable(Cells values) {
        if (validity.capacity() == 0) {
            return values;
        }
        return (row, out) -> {
            if (Node.bit(validity, row)) {
                values.write(row, out);
            } else {
                out.writeNull();
            }
        };
    }

    static boolean bit(ByteBuffer bits, int index) {
        return (bits.get(index >> 3) >> (index & 7) & 1) != 0;
    }
}
