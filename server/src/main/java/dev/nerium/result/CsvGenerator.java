package dev.nerium.result;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes cells as CSV (RFC 4180, lines end with a line feed), in the form of Polars' {@code write_csv}: null is nothing between
 * the commas, an empty text is {@code ""}, and a text is quoted only if it must be. Lists and structs, which Polars refuses, are
 * their JSON text, always quoted. Texts of more than 64 KiB are always quoted, too: they are read once. For one thread.
 */
final class CsvGenerator extends JsonGeneratorDelegate {
    private final Buffer out;
    private int depth;
    private boolean lineHasCells;

    private CsvGenerator(Buffer out) throws IOException {
        super(RowFormat.GENERATORS.createGenerator((OutputStream) new QuoteDoubler(out)), false);
        this.out = out;
    }

    static CsvGenerator on(OutputStream out) throws IOException {
        return new CsvGenerator(new Buffer(out));
    }

    /** Begins a cell: the next value is its value. */
    void startCell() throws IOException {
        if (lineHasCells) {
            out.write(',');
        }
        lineHasCells = true;
    }

    void endLine() throws IOException {
        out.write('\n');
        lineHasCells = false;
    }

    @Override
    public void close() throws IOException {
        super.close();
        out.flush();
    }

    @Override
    public void writeStartArray() throws IOException {
        startNested();
        super.writeStartArray();
    }

    @Override
    public void writeEndArray() throws IOException {
        super.writeEndArray();
        endNested();
    }

    @Override
    public void writeStartObject() throws IOException {
        startNested();
        super.writeStartObject();
    }

    @Override
    public void writeEndObject() throws IOException {
        super.writeEndObject();
        endNested();
    }

    private void startNested() throws IOException {
        if (depth++ == 0) {
            out.write('"');
        }
    }

    private void endNested() throws IOException {
        if (--depth == 0) {
            delegate.flush();
            out.write('"');
        }
    }

    @Override
    public void writeNull() throws IOException {
        if (depth > 0) {
            super.writeNull();
        }
    }

    @Override
    public void writeBoolean(boolean value) throws IOException {
        if (depth > 0) {
            super.writeBoolean(value);
        } else {
            plain(Boolean.toString(value));
        }
    }

    @Override
    public void writeNumber(int value) throws IOException {
        if (depth > 0) {
            super.writeNumber(value);
        } else {
            plain(Integer.toString(value));
        }
    }

    @Override
    public void writeNumber(long value) throws IOException {
        if (depth > 0) {
            super.writeNumber(value);
        } else {
            plain(Long.toString(value));
        }
    }

    @Override
    public void writeNumber(double value) throws IOException {
        if (depth > 0) {
            super.writeNumber(value);
        } else {
            plain(FloatText.of(value));
        }
    }

    @Override
    public void writeNumber(float value) throws IOException {
        if (depth > 0) {
            super.writeNumber(value);
        } else {
            plain(FloatText.of(value));
        }
    }

    @Override
    public void writeNumber(String value) throws IOException {
        if (depth > 0) {
            super.writeNumber(value);
        } else {
            plain(value);
        }
    }

    @Override
    public void writeString(String text) throws IOException {
        if (depth > 0) {
            super.writeString(text);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            text(bytes, 0, bytes.length);
        }
    }

    @Override
    public void writeString(char[] text, int offset, int length) throws IOException {
        if (depth > 0) {
            super.writeString(text, offset, length);
        } else {
            writeString(new String(text, offset, length));
        }
    }

    @Override
    public void writeUTF8String(byte[] text, int offset, int length) throws IOException {
        if (depth > 0) {
            super.writeUTF8String(text, offset, length);
        } else {
            text(text, offset, length);
        }
    }

    /** A long text. */
    @Override
    public void writeString(Reader text, int length) throws IOException {
        if (depth > 0) {
            super.writeString(text, length);
            return;
        }
        out.write('"');
        Writer writer = new OutputStreamWriter(new QuoteDoubler(out), StandardCharsets.UTF_8);
        text.transferTo(writer);
        writer.flush();
        out.write('"');
    }

    /** Base64, of whose characters none has a meaning in CSV. */
    @Override
    public int writeBinary(Base64Variant variant, InputStream data, int length) throws IOException {
        if (depth > 0) {
            return super.writeBinary(variant, data, length);
        }
        if (length == 0) {
            plain("\"\"");
            return 0;
        }
        try (OutputStream base64 = Base64.getEncoder().wrap(out)) {
            data.transferTo(base64);
        }
        return length;
    }

    private void plain(String ascii) throws IOException {
        for (int i = 0; i < ascii.length(); i++) {
            out.write(ascii.charAt(i));
        }
    }

    private void text(byte[] bytes, int offset, int length) throws IOException {
        if (!needsQuotes(bytes, offset, length)) {
            out.write(bytes, offset, length);
            return;
        }
        out.write('"');
        new QuoteDoubler(out).write(bytes, offset, length);
        out.write('"');
    }

    private static boolean needsQuotes(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r') {
                return true;
            }
        }
        return length == 0;
    }

    /** Writes each quote twice. */
    private static final class QuoteDoubler extends FilterOutputStream {
        QuoteDoubler(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            if (b == '"') {
                out.write('"');
            }
            out.write(b);
        }

        @Override
        public void flush() {
            // The buffer is flushed at the end of the rows.
        }
    }

    /** A buffer for one thread, which stays open when a stream above it is closed. */
    private static final class Buffer extends OutputStream {
        private final OutputStream out;
        private final byte[] bytes = new byte[1 << 13];
        private int end;

        Buffer(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            if (end == bytes.length) {
                flush();
            }
            bytes[end++] = (byte) b;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (length > bytes.length - end) {
                flush();
            }
            if (length > bytes.length) {
                out.write(source, offset, length);
            } else {
                System.arraycopy(source, offset, bytes, end, length);
                end += length;
            }
        }

        @Override
        public void flush() throws IOException {
            out.write(bytes, 0, end);
            end = 0;
        }
    }
}
