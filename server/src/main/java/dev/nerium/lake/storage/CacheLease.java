package dev.nerium.lake.storage;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.footer.LocalFooter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** The objects that one run reads, which stay in the cache until this is closed. For one thread; any may {@link #stop} it. */
public final class CacheLease implements AutoCloseable {
    /** Less is read as a whole: another request would take longer. */
    private static final long SMALL = 2 << 20;

    private static final long USUAL_FOOTER = 256 << 10;
    /** A copy of 8 bytes costs about as much as the fetch of 1 byte. */
    private static final long COPIED_PER_FETCHED = 8;

    private static final int LARGEST_FOOTER = 64 << 20;
    private static final int MAGIC = 0x31524150;
    private static final int PUFFIN_MAGIC = 0x31414650;
    private static final int TRAILER = 8;

    private final ObjectCache cache;
    private final RangeReader reader;
    private final Map<ObjectRef, CachedObject> held = new HashMap<>();

    /** Files with some of an object's row groups, for this run alone, and their sizes in bytes. */
    private final Map<Path, Long> parts = new ConcurrentHashMap<>();

    private final Set<ExecutorService> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    CacheLease(ObjectCache cache, RangeReader reader) {
        this.cache = cache;
        this.reader = reader;
    }

    /** Fetches what is not in the cache yet, all objects at the same time. */
    public Map<ObjectRef, FetchedObject> fetch(FileIO io, Map<ObjectRef, ObjectRead> reads) {
        failure.set(null);
        Map<ObjectRef, FetchedObject> fetched = new ConcurrentHashMap<>();
        List<Runnable> tasks = new ArrayList<>();
        reads.forEach((object, read) -> {
            CachedObject cached = held(object);
            tasks.add(() -> fetched.put(object, fetch(io, cached, read)));
        });
        try {
            together(tasks);
        } catch (RuntimeException e) {
            // The other requests are cancelled then; their failures are not the cause.
            throw Objects.requireNonNullElse(failure.get(), e);
        }
        return fetched;
    }

    /** Ends what is under way. */
    public void stop() {
        stopped = true;
        underWay.forEach(ExecutorService::shutdownNow);
    }

    @Override
    public void close() {
        parts.forEach(cache::delete);
        parts.clear();
        held.values().forEach(cache::release);
        held.clear();
    }

    private CachedObject held(ObjectRef object) {
        return held.computeIfAbsent(object, cache::acquire);
    }

    private FetchedObject fetch(FileIO io, CachedObject object, ObjectRead read) {
        if (read instanceof ObjectRead.Columns(var fields, var groups)
                && object.object().bytes() > SMALL) {
            Optional<ColumnByteRanges> layout = layout(io, object);
            if (layout.isPresent()) {
                return fetchColumns(io, object, layout.get(), fields, groups);
            }
        }
        fetch(io, object, ByteRanges.of(List.of(new ByteRange(0, object.object().bytes()))));
        if (!object.isComplete()) {
            requireComplete(io, object);
        }
        return allRowGroups(object);
    }

    private FetchedObject fetchColumns(
            FileIO io,
            CachedObject object,
            ColumnByteRanges layout,
            Set<Integer> fields,
            Optional<ObjectRead.RowGroups> groups) {
        return groups.flatMap(choice -> fetchRowGroups(io, object, layout, fields, choice))
                .orElseGet(() -> {
                    fetch(io, object, layout.columns(fields));
                    return allRowGroups(object);
                });
    }

    private static FetchedObject allRowGroups(CachedObject object) {
        return new FetchedObject(object.file(), object.presentBytes(), OptionalLong.empty());
    }

    /** Fetches the row groups that a filter leaves; empty if this does not save enough bytes to pay for a copy of the rest. */
    private Optional<FetchedObject> fetchRowGroups(
            FileIO io, CachedObject object, ColumnByteRanges layout, Set<Integer> fields, ObjectRead.RowGroups choice) {
        ByteRanges all = layout.columns(fields);
        if (layout.groups().size() == 1 || object.missing(all).isEmpty()) {
            return Optional.empty();
        }
        try {
            List<Integer> chosen = choice.choose(LocalFooter.read(object.file()));
            ByteRanges ranges = layout.columns(fields, chosen);
            long saved = object.missing(all.minus(ranges)).bytes();
            if (saved * COPIED_PER_FETCHED <= ranges.bytes()) {
                return Optional.empty();
            }
            fetch(io, object, ranges);
            return copy(object, ranges, chosen);
        } catch (IOException e) {
            throw ObjectCache.disk(object.file(), e);
        }
    }

    /** The file of this run alone: another run may need other row groups of the object. */
    private Optional<FetchedObject> copy(CachedObject object, ByteRanges ranges, List<Integer> groups)
            throws IOException {
        long bytes = object.object().bytes();
        long footer = footerBytes(object.file(), bytes);
        Path part = cache.partFile();
        cache.reserve(ranges.bytes() + footer);
        parts.put(part, ranges.bytes() + footer);
        OptionalLong rows = RowGroupFile.create(object.file(), part, bytes, footer, ranges, groups);
        return rows.isPresent() ? Optional.of(new FetchedObject(part, ranges.bytes(), rows)) : Optional.empty();
    }

    /** Looks at the end of what was brought once, whichever run brought it. */
    private static void requireComplete(FileIO io, CachedObject object) {
        if (!endsLikeItsFormat(object.file(), object.object().bytes())) {
            requireLength(io, object.object());
        }
        object.complete();
    }

    /** Parquet and Puffin have a mark at their end. */
    private static boolean endsLikeItsFormat(Path file, long bytes) {
        if (bytes < Integer.BYTES) {
            return false;
        }
        try {
            int mark = end(file, bytes, Integer.BYTES).getInt();
            return mark == MAGIC || mark == PUFFIN_MAGIC;
        } catch (IOException e) {
            throw ObjectCache.disk(file, e);
        }
    }

    private static ByteBuffer end(Path file, long bytes, int length) throws IOException {
        ByteBuffer end = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (end.hasRemaining() && in.read(end, bytes - length + end.position()) >= 0) {}
        }
        return end.flip();
    }

    /** Fails if an object is longer or shorter than in the table's metadata: its fetched bytes would be misinterpreted. */
    private static void requireLength(FileIO io, ObjectRef object) {
        long length = StorageErrors.whileReading(
                object.location(), () -> io.newInputFile(object.location()).getLength());
        if (length != object.bytes()) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The file %s has %,d bytes, and %,d according to the metadata of its table."
                            .formatted(object.location(), length, object.bytes()),
                    "Rewrite the table's manifests, or the whole table, with the program that wrote them.");
        }
    }

    private void fetch(FileIO io, CachedObject object, ByteRanges wanted) {
        object.fetch(
                wanted,
                (spans, target) -> together(RangeRequest.of(spans).stream()
                        .map(request -> (Runnable) () -> transfer(io, object, request, target))
                        .toList()),
                cache::reserve,
                this::isGivenUp);
    }

    private boolean isGivenUp() {
        return stopped || failure.get() != null;
    }

    private void transfer(FileIO io, CachedObject object, RangeRequest request, CachedObject.Target target) {
        try {
            target.write(reader.read(io, object.object().location(), request.span(), this::isGivenUp), request);
        } catch (IOException e) {
            throw failed(ObjectCache.disk(object.file(), e));
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw stopped
                    ? new CancellationException("stopped while objects were read")
                    : failed(reason(io, object, e));
        }
    }

    /** A read behind the end of an object gets a better error: the object is shorter than in the table's metadata. */
    private static RuntimeException reason(FileIO io, CachedObject object, RuntimeException failure) {
        if (!StorageErrors.isBehindTheEnd(failure)) {
            return failure;
        }
        try {
            requireLength(io, object.object());
            return failure;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private RuntimeException failed(RuntimeException reason) {
        failure.compareAndSet(null, reason);
        return reason;
    }

    /** Empty if the file has no positions of its columns. */
    private Optional<ColumnByteRanges> layout(FileIO io, CachedObject object) {
        ColumnByteRanges known = object.layout();
        if (known != null) {
            return Optional.of(known);
        }
        long bytes = object.object().bytes();
        try {
            fetch(io, object, ByteRanges.of(List.of(new ByteRange(Math.max(0, bytes - USUAL_FOOTER), bytes))));
            long footer = footerBytes(object.file(), bytes);
            if (footer < 0) {
                return Optional.empty();
            }
            fetch(io, object, ByteRanges.of(List.of(new ByteRange(bytes - footer, bytes))));
            Optional<ColumnByteRanges> layout = ColumnByteRanges.read(object.file(), bytes);
            layout.ifPresent(object::layout);
            return layout;
        } catch (IOException e) {
            throw ObjectCache.disk(object.file(), e);
        }
    }

    /** Bytes of the footer and what follows it; below zero where the file has none. */
    private static long footerBytes(Path file, long bytes) throws IOException {
        if (bytes < 2 * TRAILER) {
            return -1;
        }
        ByteBuffer trailer = end(file, bytes, TRAILER);
        int footer = trailer.getInt();
        boolean isParquet = trailer.getInt() == MAGIC && footer > 0 && footer <= LARGEST_FOOTER;
        return isParquet && footer + TRAILER <= bytes ? footer + TRAILER : -1;
    }

    /** Does all of it at the same time; what has not begun when something fails is given up. */
    private void together(List<Runnable> tasks) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            underWay.add(threads);
            try {
                List<Future<?>> futures = new ArrayList<>();
                tasks.forEach(task -> futures.add(threads.submit(task)));
                if (stopped) {
                    threads.shutdownNow();
                }
                for (Future<?> future : futures) {
                    await(future);
                }
            } finally {
                underWay.remove(threads);
            }
        } catch (RejectedExecutionException e) {
            throw new CancellationException("stopped before objects were read");
        }
    }

    private static void await(Future<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while objects were read");
        }
    }
}
