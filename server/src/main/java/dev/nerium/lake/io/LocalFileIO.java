package dev.nerium.lake.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/** Files of this machine, by path or {@code file:} URI, without Hadoop's file systems. Thread-safe. */
public final class LocalFileIO implements TableFileIO {
    /** Property with the colon-separated folders, for catalogs that create their file IO themselves. */
    public static final String FOLDERS = "nerium.folders";

    private static final long serialVersionUID = 1;

    private transient AllowedFolders folders;

    public LocalFileIO() {
        this(AllowedFolders.ANY);
    }

    public LocalFileIO(AllowedFolders folders) {
        this.folders = folders;
    }

    @Override
    public void initialize(Map<String, String> properties) {
        folders = new AllowedFolders(
                Stream.of(properties.getOrDefault(FOLDERS, "").split(":", -1))
                        .filter(folder -> folder.startsWith("/"))
                        .map(Path::of)
                        .toList());
    }

    @Override
    public Path local(String location) {
        return folders.require(location);
    }

    @Override
    public Path place(String location) {
        return folders.place(location);
    }

    /** The path of a location. */
    public static Path path(String location) {
        if (!location.startsWith("file:")) {
            return Path.of(location);
        }
        String path = location.substring("file:".length());
        return Path.of(path.startsWith("//") ? path.substring(2) : path);
    }

    @Override
    public InputFile newInputFile(String location) {
        return new LocatedInput(
                location, org.apache.iceberg.Files.localInput(local(location).toFile()));
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocatedOutput(
                location,
                org.apache.iceberg.Files.localOutput(
                        folders.requireWritable(location).toFile()));
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(folders.requireWritable(location));
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + location + " can't be deleted", e);
        }
    }

    @Override
    public void adopt(Path staged, String location) throws IOException {
        Path path = folders.requireWritable(location);
        Files.createDirectories(path.getParent());
        Files.move(staged, path);
    }

    /** Keeps the location as it was given: catalogs compare it with what they stored, scheme and all. */
    private record LocatedInput(String location, InputFile file) implements InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    /** Likewise. */
    private record LocatedOutput(String location, OutputFile file) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return file.create();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return file.createOrOverwrite();
        }

        @Override
        public InputFile toInputFile() {
            return new LocatedInput(location, file.toInputFile());
        }
    }
}
