package dev.nerium.lake.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Files that the server makes for one run to read, gone when it is closed. Used by one thread. */
public final class TemporaryFiles implements AutoCloseable {
    private final Path folder;
    private final List<Path> files = new ArrayList<>();

    public TemporaryFiles(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder of all runs, without what a server that was killed left there. */
    public static Path emptied(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(TemporaryFiles::delete);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be emptied", e);
        }
    }

    /** Names a file that does not exist yet. */
    public Path file(String suffix) {
        Path file = folder.resolve(UUID.randomUUID() + suffix);
        files.add(file);
        return file;
    }

    @Override
    public void close() {
        files.forEach(TemporaryFiles::delete);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " can't be removed", e);
        }
    }
}
