package dev.nerium.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.time.Duration;
import java.util.function.Consumer;

/** Writes to a client that has to read: a piece of the response within the time in which it may stall. */
record PatientWriter(DataWriter writer, ReadDeadline writing, Duration stall) implements DataWriter {
    /** Number of bytes that Java passes to the kernel at once. */
    private static final int PIECE = 128 << 10;

    @Override
    public void write(BufferData... buffers) {
        for (BufferData buffer : buffers) {
            write(buffer);
        }
    }

    @Override
    public void write(BufferData buffer) {
        inPieces(buffer, writer::write);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        for (BufferData buffer : buffers) {
            writeNow(buffer);
        }
    }

    @Override
    public void writeNow(BufferData buffer) {
        inPieces(buffer, writer::writeNow);
    }

    private void inPieces(BufferData buffer, Consumer<BufferData> target) {
        while (buffer.available() > PIECE) {
            byte[] piece = new byte[PIECE];
            int length = buffer.read(piece);
            one(BufferData.create(piece, 0, length), target);
        }
        one(buffer, target);
    }

    private void one(BufferData buffer, Consumer<BufferData> target) {
        writing.begin(stall);
        target.accept(buffer);
        writing.end();
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        writer.close();
    }
}
