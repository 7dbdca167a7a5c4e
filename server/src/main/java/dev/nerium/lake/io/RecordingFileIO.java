package dev.nerium.lake.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * The files of one table: tells of each before it is made, so that what a lost commit leaves can be found, and deletes none
 * outside of the table's own folders. Thread-safe.
 */
public final class RecordingFileIO implements TableFileIO {
    private static final long serialVersionUID = 1;

    private final TableFileIO files;

    @SuppressWarnings("UnusedVariable") // it is only kept
    private final transient Object owner;

    private transient volatile Consumer<String> listener = location -> {};
    private transient volatile @Nullable TableMetadata metadata;
    private transient volatile @Nullable OwnFolders folders;

    public RecordingFileIO(TableFileIO files) {
        this(files, files);
    }

    /** @param owner is kept as long as this: Iceberg's REST client closes the files with it */
    public RecordingFileIO(TableFileIO files, Object owner) {
        this.files = files;
        this.owner = owner;
    }

    public void tell(Consumer<String> next) {
        listener = next;
    }

    public void note(String location) {
        listener.accept(location);
    }

    /** Deletes from now on only what lies in the folders that this metadata names as the table's. */
    public void keepTo(TableMetadata current) {
        if (!current.equals(metadata)) {
            folders = OwnFolders.of(files, current);
            metadata = current;
        }
    }

    /** Fails where a file may not be deleted as one of this table. */
    public void requireOwn(String location) {
        OwnFolders known = folders;
        if (known == null) {
            throw new IllegalStateException("The folders of the table that has " + location + " are not known");
        }
        known.require(location);
    }

    @Override
    public InputFile newInputFile(String location) {
        return files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        note(location);
        return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        requireOwn(location);
        files.deleteFile(location);
    }

    @Override
    public Path local(String location) {
        return files.local(location);
    }

    @Override
    public Path place(String location) {
        return files.place(location);
    }

    @Override
    public void adopt(Path staged, String location) throws IOException {
        files.adopt(staged, location);
    }

    @Override
    public boolean isObject(String location) {
        return files.isObject(location);
    }

    @Override
    public void adopt(Map<Path, String> staged) throws IOException {
        files.adopt(staged);
    }

    @Override
    public List<FileInfo> list(String location) {
        return files.list(location);
    }

    @Override
    public Optional<StorageCredentials> vended(String location) {
        return files.vended(location);
    }
}
