package dev.nerium.http.ops;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The disk of a server's home, in bytes.
 *
 * @param data files of tables in the built-in catalog, without those of telemetry
 */
record DiskUse(long total, long free, long data, long results, long telemetry) {
    /** Counts the files that are there now. */
    static DiskUse measure(Path home, Path warehouse) throws IOException {
        FileStore disk = Files.getFileStore(home);
        long telemetry = bytes(warehouse.resolve("telemetry"));
        return new DiskUse(
                disk.getTotalSpace(),
                disk.getUsableSpace(),
                bytes(warehouse) - telemetry,
                bytes(home.resolve("results")),
                telemetry);
    }

    private static long bytes(Path folder) throws IOException {
        Count count = new Count();
        Files.walkFileTree(folder, count);
        return count.bytes;
    }

    /** Files may disappear meanwhile. */
    private static final class Count extends SimpleFileVisitor<Path> {
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
