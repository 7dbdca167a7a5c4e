package dev.nerium.sandbox.daytona;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Bytes that one thread adds and another reads, waiting for more. */
final class Chunks extends InputStream {
    private static final byte[] END = new byte[0];
    /** Maximum number of buffered chunks; then the writer waits for the reader. */
    private static final int HELD = 4;

    private final LinkedBlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>(HELD);
    private volatile boolean ended;
    private byte[] chunk = END;
    private int position;

    void add(byte[] bytes) {
        if (bytes.length > 0 && !ended) {
            put(bytes);
        }
    }

    /** Ends the stream; chunks that were added before are still read. */
    void end() {
        ended = true;
        // Where the queue is full nobody waits for its end.
        var _ = chunks.offer(END);
    }

    private void put(byte[] bytes) {
        try {
            while (!chunks.offer(bytes, 1, TimeUnit.SECONDS)) {
                if (ended) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws InterruptedIOException {
        while (position == chunk.length) {
            if (ended && chunks.isEmpty()) {
                return -1;
            }
            try {
                chunk = chunks.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted");
            }
            position = 0;
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk, position, target, offset, count);
        position += count;
        return count;
    }
}
