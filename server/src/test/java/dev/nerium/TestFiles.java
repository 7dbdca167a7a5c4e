package dev.nerium;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** Those that are there. */
    static Set<Path> present() {
        try (Stream<Path> entries = Files.list(TEMPORARY)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
