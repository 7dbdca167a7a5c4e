package dev.nerium.lake.merge;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The row numbers that a worker wrote, file after file of the candidates. They are not trusted: they must ascend and be smaller
 * than the number of rows.
 */
final class RowPositions implements AutoCloseable {
    private final DataInputStream in;
    private final long rowCount;
    private OptionalLong next;

    RowPositions(Path file, long rowCount) {
        this.rowCount = rowCount;
        try {
            this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
            this.next = read(-1);
        } catch (IOException e) {
            throw new UncheckedIOException("The row numbers of a merge can't be read", e);
        }
    }

    /** The positions in one file whose first row has the number {@code first}. Files must be requested in their order. */
    PositionDeleteIndex within(long first, long rows) {
        PositionDeleteIndex positions = ExistingDeletes.none();
        while (next.isPresent() && next.getAsLong() < first + rows) {
            positions.delete(next.getAsLong() - first);
            next = following(next.getAsLong());
        }
        return positions;
    }

    private OptionalLong following(long previous) {
        try {
            return read(previous);
        } catch (IOException e) {
            throw new UncheckedIOException("The row numbers of a merge can't be read", e);
        }
    }

    private OptionalLong read(long previous) throws IOException {
        byte[] bytes = in.readNBytes(Long.BYTES);
        if (bytes.length == 0) {
            return OptionalLong.empty();
        }
        if (bytes.length < Long.BYTES) {
            throw unusable("they end within a number");
        }
        long number = Long.reverseBytes(java.nio.ByteBuffer.wrap(bytes).getLong());
        if (number <= previous || number >= rowCount) {
            throw unusable("%d follows %d, of %d rows".formatted(number, previous, rowCount));
        }
        return OptionalLong.of(number);
    }

    private static NeriumException unusable(String why) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR, "The row numbers of the run are invalid: " + why + ".");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
