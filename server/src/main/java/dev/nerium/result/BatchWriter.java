package dev.nerium.result;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Writes the rows of one batch as text. A large batch is divided into pieces, which several threads encode at the same time,
 * and which are written in their order.
 */
final class BatchWriter {
    /** Arrow bytes of a piece. */
    private static final int PIECE = 256 << 10;

    /** Text of a piece that is kept in memory while earlier ones are written: the rest waits for its turn. */
    private static final int HELD = 4 << 20;

    private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final int rows;
    private final RowFormat format;
    private final Columns columns;

    /** Creates the columns of the batch, over its bytes, for each thread that reads them. */
    @FunctionalInterface
    interface Columns {
        Cells[] read() throws IOException;
    }

    BatchWriter(int rows, RowFormat format, Columns columns) {
        this.rows = rows;
        this.format = format;
        this.columns = columns;
    }

    /**
     * Writes the rows with separators between them. No other thread reads the batch when this returns or throws.
     *
     * @param first columns that were read already
     * @param bytes of the batch
     */
    void write(Cells[] first, int bytes, OutputStream out) throws IOException {
        int count = Math.clamp(bytes / PIECE, 1, Math.max(rows, 1));
        if (count == 1) {
            format.writeRows(first, 0, rows, out);
        } else {
            inPieces(first, (rows + count - 1) / count, out);
        }
    }

    private void inPieces(Cells[] first, int size, OutputStream out) throws IOException {
        Deque<Piece> ahead = new ArrayDeque<>();
        Deque<Cells[]> free = new ArrayDeque<>();
        free.add(first);
        try {
            for (int start = 0; start < rows; start += size) {
                if (ahead.size() == AT_ONCE) {
                    free.add(finish(ahead.peek(), out));
                    ahead.remove();
                    format.writeSeparator(out);
                }
                Cells[] cells = free.isEmpty() ? columns.read() : free.pop();
                Piece piece = new Piece(format, cells, start, Math.min(start + size, rows));
                ahead.add(piece);
                Thread.startVirtualThread(piece::encode);
            }
            while (!ahead.isEmpty()) {
                finish(ahead.peek(), out);
                ahead.remove();
                if (!ahead.isEmpty()) {
                    format.writeSeparator(out);
                }
            }
        } finally {
            ahead.forEach(Piece::abandon);
        }
    }

    private static Cells[] finish(Piece piece, OutputStream out) throws IOException {
        piece.turn.complete(out);
        try {
            piece.done.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw e;
            }
        }
        piece.held.writeTo(out);
        return piece.cells;
    }

    /** Some of the rows: what is encoded is held here until it is their turn, or for its end. */
    private static final class Piece extends OutputStream {
        private final RowFormat format;
        private final Cells[] cells;
        private final int start;
        private final int end;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream(2 * PIECE);
        private final CompletableFuture<OutputStream> turn = new CompletableFuture<>();
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Piece(RowFormat format, Cells[] cells, int start, int end) {
            this.format = format;
            this.cells = cells;
            this.start = start;
            this.end = end;
        }

        void encode() {
            try {
                format.writeRows(cells, start, end, this);
                done.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (held.size() + length > HELD) {
                held.writeTo(out());
                held.reset();
            }
            held.write(bytes, offset, length);
        }

        private OutputStream out() throws IOException {
            try {
                return turn.join();
            } catch (CompletionException e) {
                throw new IOException("The rows are not wanted any more", e);
            }
        }

        /** Waits until its thread has ended: the batch's memory is about to be freed. */
        void abandon() {
            turn.completeExceptionally(new IOException("abandoned"));
            done.exceptionally(_ -> null).join();
        }
    }
}
