package dev.nerium.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * The rows of a result, read from an Arrow IPC stream and written as JSON, one batch at a time. For one thread, to be
 * written once. Memory of the allocator is held only inside {@link #writeTo}; the stream stays the caller's to close.
 */
public final class JsonRows {
    private final ArrowMessages messages;
    private final BufferAllocator memory;
    private final ResultShape shape;
    private final List<Layout> columns;
    private final Allowance emptyValues = new Allowance("values that take no bytes", 1 << 25);
    private long written;

    private JsonRows(ArrowMessages messages, BufferAllocator memory, ResultShape shape, List<Layout> columns) {
        this.messages = messages;
        this.memory = memory;
        this.shape = shape;
        this.columns = columns;
    }

    /** Reads the schema, so that a stream that does not fit the shape is refused before anything is written. */
    public static JsonRows open(InputStream in, BufferAllocator memory, ResultShape shape) throws IOException {
        ArrowMessages messages = new ArrowMessages(in);
        return checked(() -> new JsonRows(messages, memory, shape, new Columns().of(schema(messages.next()), shape)));
    }

    /** Reads a whole result, each value of it; fails as {@link #writeTo} does. */
    public static void check(InputStream in, BufferAllocator memory, ResultShape shape) throws IOException {
        try (JsonGenerator nobody = new JsonFactory().createGenerator(OutputStream.nullOutputStream())) {
            open(in, memory, shape).writeTo(nobody);
        }
    }

    /**
     * Writes {@code [[v, v], [v, v]]}, a list per row.
     *
     * @throws CorruptResultException when the stream is not the result that its shape promised; some rows may be
     *     written by then, so that the answer has to be cut off, not closed
     * @throws ResultMemoryException when other results hold the allocator's memory
     */
    public void writeTo(JsonGenerator out) throws IOException {
        out.writeStartArray();
        Optional<Message> message = checked(messages::next);
        while (message.isPresent()) {
            writeBatch(message.get(), out);
            message = checked(messages::next);
        }
        if (written != shape.returned()) {
            throw new CorruptResultException(
                    "the Arrow stream has " + written + " rows, the result message " + shape.returned());
        }
        out.writeEndArray();
    }

    private void writeBatch(Message message, JsonGenerator out) throws IOException {
        RecordBatch header = checked(() -> recordBatch(message));
        int bytes = bodyLength(checked(message::bodyLength));
        try (ArrowBuf buffer = allocate(bytes)) {
            ByteBuffer body = buffer.nioBuffer(0, bytes);
            messages.readBody(body);
            int rows = checked(() -> rows(header));
            Cells[] cells = checked(() -> cells(header, body, rows));
            for (int row = 0; row < rows; row++) {
                writeRow(cells, row, out);
            }
            written += rows;
        }
    }

    private static void writeRow(Cells[] cells, int row, JsonGenerator out) throws IOException {
        out.writeStartArray();
        for (Cells column : cells) {
            column.write(row, out);
        }
        out.writeEndArray();
    }

    private Cells[] cells(RecordBatch header, ByteBuffer body, int rows) throws CorruptResultException {
        Batch batch = new Batch(header, body, emptyValues);
        Cells[] cells = new Cells[columns.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = columns.get(i).read(batch, rows);
        }
        batch.checkAllUsed();
        return cells;
    }

    private int rows(RecordBatch header) throws CorruptResultException {
        long rows = header.length();
        if (rows < 0 || rows >= Integer.MAX_VALUE || rows > shape.returned() - written) {
            throw new CorruptResultException("a record batch has " + rows + " rows, the result message "
                    + (shape.returned() - written) + " that are not written");
        }
        return (int) rows;
    }

    private int bodyLength(long bytes) throws CorruptResultException {
        long limit = Math.min(memory.getLimit(), Integer.MAX_VALUE);
        if (bytes < 0 || bytes > limit || memory.getRoundingPolicy().getRoundedSize(bytes) > limit) {
            throw new CorruptResultException(
                    "a record batch has " + bytes + " bytes, the limit of the memory is " + limit);
        }
        return (int) bytes;
    }

    private ArrowBuf allocate(int bytes) throws ResultMemoryException {
        try {
            return memory.buffer(bytes);
        } catch (OutOfMemoryException e) {
            throw new ResultMemoryException("no memory now for a record batch of " + bytes + " bytes", e);
        }
    }

    private static Schema schema(Optional<Message> message) throws CorruptResultException {
        if (message.isEmpty() || message.get().headerType() != MessageHeader.Schema) {
            throw new CorruptResultException("the Arrow stream does not begin with a schema");
        }
        return (Schema) message.get().header(new Schema());
    }

    private static RecordBatch recordBatch(Message message) throws CorruptResultException {
        if (message.headerType() != MessageHeader.RecordBatch) {
            throw new CorruptResultException(
                    "an Arrow message has the type " + message.headerType() + ": expected a record batch");
        }
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        if (batch.compression() != null) {
            throw new CorruptResultException("a record batch is compressed: expected plain buffers");
        }
        return batch;
    }

    /** Metadata that lies makes the FlatBuffers classes fail in any way; all of them mean the same. */
    private static <T> T checked(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (RuntimeException e) {
            throw new CorruptResultException("the metadata of an Arrow message is corrupt", e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }
}
