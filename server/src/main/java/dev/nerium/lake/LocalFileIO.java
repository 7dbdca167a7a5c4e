package dev.nerium.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Files of this machine, by path or {@code file:} URI, without Hadoop's file systems. Thread-safe. */
final class LocalFileIO implements FileIO {
    private static final long serialVersionUID = 1;

    /** The file that a location of a table's metadata means. */
    static Path path(String location) {
        if (!location.startsWith("file:")) {
            return Path.of(location);
        }
        String path = location.substring("file:".length());
        return Path.of(path.startsWith("//") ? path.substring(2) : path);
    }

    @Override
    public InputFile newInputFile(String location) {
        return org.apache.iceberg.Files.localInput(path(location).toFile());
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return org.apache.iceberg.Files.localOutput(path(location).toFile());
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(path(location));
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + location + " can't be deleted", e);
        }
    }
}
