package dev.nerium.result;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * The rows of a result, read from an Arrow IPC stream and written as text, one batch at a time. For one thread, to be
 * written once. Memory of the allocator is held only while rows are written; the stream stays the caller's to close.
 */
public final class ResultRows {
    private final ArrowMessages messages;
    private final BufferAllocator memory;
    private final ResultShape shape;
    private final List<Layout> columns;
    private final Allowance emptyValues = new Allowance("values that take no bytes", 1 << 25);
    private long written;

    private ResultRows(ArrowMessages messages, BufferAllocator memory, ResultShape shape, List<Layout> columns) {
        this.messages = messages;
        this.memory = memory;
        this.shape = shape;
        this.columns = columns;
    }

    /** Reads the schema, so that a stream that does not fit the shape is refused before anything is written. */
    public static ResultRows open(InputStream in, BufferAllocator memory, ResultShape shape) throws IOException {
        ArrowMessages messages = new ArrowMessages(in);
        return checked(() -> new ResultRows(messages, memory, shape, new Columns().of(schema(messages.next()), shape)));
    }

    /** Reads a whole result; fails as {@link #writeJson} does, and writes only the columns whose values can be wrong. */
    public static void check(InputStream in, BufferAllocator memory, ResultShape shape) throws IOException {
        ResultRows rows = open(in, memory, shape);
        rows.eachBatch((header, body, count) -> {
            Cells[] cells = rows.cells(header, body, count);
            Cells[] doubtful = IntStream.range(0, cells.length)
                    .filter(column -> shape.encodings().get(column).hasIntegerText())
                    .mapToObj(column -> cells[column])
                    .toArray(Cells[]::new);
            if (doubtful.length > 0) {
                new BatchWriter(count, new RowFormat.JsonLists(), () -> doubtful)
                        .write(doubtful, 0, OutputStream.nullOutputStream());
            }
        });
    }

    /**
     * Writes {@code [[v, v], [v, v]]}, a list per row.
     *
     * @throws CorruptResultException when the stream is not the result that its shape promised; some rows may be
     *     written by then, so that the answer has to be cut off, not closed
     * @throws ResultMemoryException when other results hold the allocator's memory
     */
    public void writeJson(OutputStream out) throws IOException {
        write(new RowFormat.JsonLists(), out);
    }

    /** Writes a line of JSON per row, an object by the names of the columns; fails as {@link #writeJson} does. */
    public void writeJsonLines(OutputStream out) throws IOException {
        write(RowFormat.JsonLines.of(shape.columns()), out);
    }

    /** Writes CSV with a header; fails as {@link #writeJson} does. */
    public void writeCsv(OutputStream out) throws IOException {
        write(new RowFormat.Csv(shape.columns()), out);
    }

    private void write(RowFormat format, OutputStream out) throws IOException {
        format.writeStart(out);
        eachBatch((header, body, rows) -> {
            Cells[] cells = cells(header, body, rows);
            if (written > 0 && rows > 0) {
                format.writeSeparator(out);
            }
            new BatchWriter(rows, format, () -> cells(header, body, rows, countedBefore()))
                    .write(cells, body.capacity(), out);
        });
        format.writeEnd(out);
    }

    @FunctionalInterface
    private interface BatchReader {
        void read(RecordBatch header, ByteBuffer body, int rows) throws IOException;
    }

    private void eachBatch(BatchReader reader) throws IOException {
        Optional<Message> message = checked(messages::next);
        while (message.isPresent()) {
            readBatch(message.get(), reader);
            message = checked(messages::next);
        }
        if (written != shape.returned()) {
            throw new CorruptResultException(
                    "the Arrow stream has " + written + " rows, the result message " + shape.returned());
        }
    }

    private void readBatch(Message message, BatchReader reader) throws IOException {
        RecordBatch header = checked(() -> recordBatch(message));
        int bytes = bodyLength(checked(message::bodyLength));
        try (ArrowBuf buffer = allocate(bytes)) {
            ByteBuffer body = buffer.nioBuffer(0, bytes);
            messages.readBody(body);
            int rows = checked(() -> rows(header));
            reader.read(header, body, rows);
            written += rows;
        }
    }

    private Cells[] cells(RecordBatch header, ByteBuffer body, int rows) throws IOException {
        return checked(() -> cells(header, body, rows, emptyValues));
    }

    private Cells[] cells(RecordBatch header, ByteBuffer body, int rows, Allowance emptyValues)
            throws CorruptResultException {
        Batch batch = new Batch(header, body, emptyValues);
        Cells[] cells = new Cells[columns.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = columns.get(i).read(batch, rows);
        }
        batch.checkAllUsed();
        return cells;
    }

    private static Allowance countedBefore() {
        return new Allowance("", Long.MAX_VALUE);
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
