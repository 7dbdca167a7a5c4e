package dev.nerium;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Temporary folders and files of the tests of this JVM, which their names tell from those of another one. */
public final class TestFiles {
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
    private static final String PREFIX = "nerium-" + ProcessHandle.current().pid() + "-";

    private TestFiles() {}

    public static Path newFolder(String kind) throws IOException {
        return Files.createTempDirectory(TEMPORARY, PREFIX + kind + "-");
    }

    public static Path newFile(String kind) throws IOException {
        return Files.createTempFile(TEMPORARY, PREFIX + kind + "-", "");
    }

    /** With all that is in it. */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Those that are there. */
    static void deleteAll() throws IOException {
        try (Stream<Path> entries = Files.list(TEMPORARY)) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith(PREFIX)) {
                    delete(entry);
                }
            }
        }
    }
}
