package dev.nerium.lake.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An object in the cache: a file of the object's length, with holes where nothing was read yet. What one run brings, others
 * that need it wait for. Thread-safe.
 */
final class CachedObject {
    private final ObjectRef object;
    private final Path file;
    private ByteRanges present = ByteRanges.NONE;
    private final List<Transfer> transfers = new ArrayList<>();
    private @Nullable ColumnByteRanges layout;

    /** All of it was fetched, and it has the length in the table's metadata. */
    private boolean complete;

    /** Runs that read it. Guarded by the cache. */
    private int holders;

    CachedObject(ObjectRef object, Path file) throws IOException {
        this.object = object;
        this.file = file;
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(object.bytes());
        }
        // For the account that workers run under.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    ObjectRef object() {
        return object;
    }

    Path file() {
        return file;
    }

    void acquire() {
        holders++;
    }

    void release() {
        holders--;
    }

    boolean isHeld() {
        return holders > 0;
    }

    synchronized long presentBytes() {
        return present.bytes();
    }

    /** The bytes that were not fetched yet. */
    synchronized ByteRanges missing(ByteRanges wanted) {
        return wanted.minus(present);
    }

    synchronized @Nullable ColumnByteRanges layout() {
        return layout;
    }

    synchronized void layout(ColumnByteRanges read) {
        layout = read;
    }

    synchronized boolean isComplete() {
        return complete;
    }

    synchronized void complete() {
        complete = true;
    }

    /** Fetches the bytes of spans. */
    interface ObjectSource {
        void transfer(ByteRanges spans, Target target);
    }

    /** The target of the bytes; called by several threads. */
    interface Target {
        void write(byte[] bytes, RangeRequest request) throws IOException;
    }

    /** Spans that are on their way. */
    private static final class Transfer {
        private final ByteRanges spans;
        private final CountDownLatch end = new CountDownLatch(1);

        Transfer(ByteRanges spans) {
            this.spans = spans;
        }
    }

    /**
     * Brings what is not here yet.
     *
     * @param reserve called with the number of bytes to add, and afterwards with the number of these that were not added
     * @param cancelled whether all requests for it were cancelled
     */
    void fetch(ByteRanges wanted, ObjectSource source, LongConsumer reserve, BooleanSupplier cancelled) {
        while (true) {
            ByteRanges mine;
            List<Transfer> others;
            Transfer transfer;
            synchronized (this) {
                mine = wanted.minus(present);
                if (mine.isEmpty()) {
                    return;
                }
                ByteRanges all = mine;
                others = transfers.stream()
                        .filter(other -> !all.minus(other.spans).equals(all))
                        .toList();
                for (Transfer other : others) {
                    mine = mine.minus(other.spans);
                }
                transfer = new Transfer(mine);
                transfers.add(transfer);
            }
            try {
                if (!mine.isEmpty()) {
                    transfer(mine, source, reserve);
                }
            } finally {
                synchronized (this) {
                    transfers.remove(transfer);
                }
                transfer.end.countDown();
            }
            // Where another's transfer failed, the next turn makes it this one's own.
            others.forEach(other -> await(other, cancelled));
        }
    }

    private static void await(Transfer other, BooleanSupplier cancelled) {
        try {
            while (!other.end.await(100, TimeUnit.MILLISECONDS)) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("the request for the bytes was cancelled");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for the bytes of another run");
        }
    }

    private void transfer(ByteRanges spans, ObjectSource source, LongConsumer reserve) {
        reserve.accept(spans.bytes());
        AtomicLong left = new AtomicLong(spans.bytes());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            source.transfer(spans, (bytes, request) -> {
                for (ByteRange span : request.wanted()) {
                    ByteBuffer part = ByteBuffer.wrap(
                            bytes,
                            Math.toIntExact(span.start() - request.span().start()),
                            Math.toIntExact(span.bytes()));
                    long position = span.start();
                    while (part.hasRemaining()) {
                        position += out.write(part, position);
                    }
                }
                add(request.wanted());
                left.addAndGet(
                        -request.wanted().stream().mapToLong(ByteRange::bytes).sum());
            });
        } catch (IOException e) {
            throw ObjectCache.disk(file, e);
        } finally {
            reserve.accept(-left.get());
        }
    }

    private synchronized void add(List<ByteRange> spans) {
        present = present.plus(spans);
    }
}
