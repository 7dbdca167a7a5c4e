package dev.nerium.lake.storage;

import dev.nerium.config.ByteSize;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The fetched bytes of objects, in files of a folder of its own. Objects never change, so cached bytes stay valid. The least
 * recently used file is evicted first, but no file that a run reads. The folder is emptied at start, because it is unknown which
 * bytes the files of a killed server have. Thread-safe.
 */
public final class ObjectCache {
    private final Path folder;
    private final ByteSize size;
    private final RangeReader reader = new RangeReader();

    /** In the order of their use. */
    private final Map<ObjectRef, CachedObject> objects = new LinkedHashMap<>(16, 0.75f, true);

    private long usedBytes;

    /** @param size of all files together */
    public ObjectCache(Path folder, ByteSize size) {
        this.folder = folder;
        this.size = size;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(ObjectCache::delete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be emptied", e);
        }
    }

    /** The objects of one run. */
    public CacheLease acquire() {
        return new CacheLease(this, reader);
    }

    /** Keeps an object here until it is released. */
    synchronized CachedObject acquire(ObjectRef object) {
        CachedObject cached = objects.computeIfAbsent(object, unseen -> {
            Path file = folder.resolve(HashedName.of(unseen.toString()));
            try {
                return new CachedObject(unseen, file);
            } catch (IOException e) {
                delete(file);
                throw disk(file, e);
            }
        });
        cached.acquire();
        return cached;
    }

    synchronized void release(CachedObject object) {
        object.release();
    }

    /** Counts bytes that are about to be added, and makes room for them; or, below zero, bytes that were not added. */
    synchronized void reserve(long bytes) {
        usedBytes += bytes;
        Iterator<CachedObject> oldest = objects.values().iterator();
        while (usedBytes > size.bytes() && oldest.hasNext()) {
            CachedObject object = oldest.next();
            if (!object.isHeld()) {
                oldest.remove();
                delete(object.file());
                usedBytes -= object.presentBytes();
            }
        }
        if (bytes > 0 && usedBytes > size.bytes()) {
            usedBytes -= bytes;
            throw new NeriumException(
                    ErrorCode.OUT_OF_DISK,
                    "The files of object stores that runs read now need more than lake.cache-size (" + size
                            + "): read fewer columns or rows, or try again when other runs have ended.");
        }
    }

    /** Names a file that does not exist yet, for a part of an object. */
    Path partFile() {
        return folder.resolve(UUID.randomUUID() + ".part");
    }

    /** Deletes such a file, and releases the bytes that were reserved for it. */
    void delete(Path file, long bytes) {
        delete(file);
        reserve(-bytes);
    }

    static NeriumException disk(Path file, IOException failure) {
        return new NeriumException(
                ErrorCode.STORAGE_FULL,
                "The cache of object stores can't be written to: nothing was read. Free some space on the disk of "
                        + file.getParent() + " and try again.",
                String.valueOf(failure.getMessage()),
                failure);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " can't be removed", e);
        }
    }
}
