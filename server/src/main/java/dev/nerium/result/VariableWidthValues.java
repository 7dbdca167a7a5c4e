package dev.nerium.result;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Values of varying length in one buffer. For one thread: {@link #text} has a scratch buffer. */
final class VariableWidthValues {
    private final Offsets offsets;
    private final ByteBuffer bytes;
    private byte[] scratch = new byte[64];

    VariableWidthValues(Offsets offsets, ByteBuffer bytes) {
        this.offsets = offsets;
        this.bytes = bytes;
    }

    int length(int row) {
        return offsets.at(row + 1) - offsets.at(row);
    }

    /** Decodes a value; invalid bytes become the replacement character. */
    String text(int row, Charset charset) {
        return new String(copy(row), 0, length(row), charset);
    }

    /** Writes a value as a JSON string; what is not UTF-8 becomes the replacement character. */
    void writeText(int row, JsonGenerator out) throws IOException {
        int length = length(row);
        byte[] copy = copy(row);
        if (isAscii(copy, length)) {
            out.writeUTF8String(copy, 0, length);
        } else {
            out.writeString(new String(copy, 0, length, StandardCharsets.UTF_8));
        }
    }

    private byte[] copy(int row) {
        int length = length(row);
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        bytes.get(offsets.at(row), scratch, 0, length);
        return scratch;
    }

    private static boolean isAscii(byte[] bytes, int length) {
        int all = 0;
        for (int i = 0; i < length; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    InputStream stream(int row) {
        return new ByteBufferInput(bytes.slice(offsets.at(row), length(row)));
    }

    private static final class ByteBufferInput extends InputStream {
        private final ByteBuffer rest;

        ByteBufferInput(ByteBuffer rest) {
            this.rest = rest;
        }

        @Override
        public int read() {
            return rest.hasRemaining() ? Byte.toUnsignedInt(rest.get()) : -1;
        }

        @Override
        public int read(byte[] target, int start, int length) {
            if (!rest.hasRemaining() && length > 0) {
                return -1;
            }
            int count = Math.min(length, rest.remaining());
            rest.get(target, start, count);
            return count;
        }
    }
}
