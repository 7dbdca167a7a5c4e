package dev.nerium.lake.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/** Reads ranges of objects with limited concurrency, and retries after a broken connection. Thread-safe. */
final class RangeReader {
    /** Requests at the same time, for at most 1 MiB each; a longer one counts as several. */
    private static final int MOST_AT_ONCE = 64;

    private static final int BYTES_PER_PLACE = 1 << 20;
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Semaphore places = new Semaphore(MOST_AT_ONCE, true);

    /** @param cancelled whether nobody waits for it any more */
    byte[] read(FileIO io, String location, ByteRange span, BooleanSupplier cancelled) {
        int held = Math.toIntExact(Math.ceilDiv(span.bytes(), BYTES_PER_PLACE));
        try {
            places.acquire(held);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("nobody waits for the bytes any more");
        }
        try {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("nobody waits for the bytes any more");
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    return readOnce(io, location, span);
                } catch (IOException | RuntimeException e) {
                    if (attempt == ATTEMPTS || isFinal(e) || cancelled.getAsBoolean()) {
                        throw StorageErrors.reading(location, e);
                    }
                    LockSupport.parkNanos(PAUSE.multipliedBy(attempt).toNanos());
                }
            }
        } finally {
            places.release(held);
        }
    }

    private static byte[] readOnce(FileIO io, String location, ByteRange span) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(span.bytes())];
        try (SeekableInputStream in = io.newInputFile(location).newStream()) {
            if (in instanceof RangeReadable ranges) {
                ranges.readFully(span.start(), bytes, 0, bytes.length);
            } else {
                in.seek(span.start());
                if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
                    throw new EOFException("the object is shorter than in the metadata of its table");
                }
            }
        }
        return bytes;
    }

    /** A client has already retried, and a request without a response in time has waited enough. */
    private static boolean isFinal(Throwable failure) {
        return StorageErrors.causes(failure)
                        .anyMatch(cause -> cause instanceof SdkException || cause instanceof InterruptedIOException)
                || StorageErrors.causes(failure).noneMatch(IOException.class::isInstance);
    }
}
