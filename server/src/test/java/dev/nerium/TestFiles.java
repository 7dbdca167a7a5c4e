package dev.nerium;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    /** The ordinary files below a folder of a server that works: what goes away meanwhile is left out. */
    public static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                return goOn(failure);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                return goOn(failure);
            }

            private FileVisitResult goOn(@Nullable IOException failure) throws IOException {
                if (failure != null && !(failure instanceof NoSuchFileException)) {
                    throw failure;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    /** The text of each of those files, a character a byte. */
    public static Map<Path, String> texts(Path folder) throws IOException {
        Map<Path, String> texts = new HashMap<>();
        for (Path file : files(folder)) {
            try {
                texts.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
            } catch (NoSuchFileException _) {
                // It went away meanwhile.
            }
        }
        return texts;
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
