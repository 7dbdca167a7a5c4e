package dev.nerium.lake.io;

import java.util.function.Consumer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * The files of one table. Records each file before it is created, so that files of a lost commit can be found, and deletes no file
 * outside of the table's own folders. Thread-safe.
 */
public final class RecordingFileIO extends ForwardingTableFileIO {
    private static final long serialVersionUID = 1;

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
        super(files);
        this.owner = owner;
    }

    public void setListener(Consumer<String> next) {
        listener = next;
    }

    public void record(String location) {
        listener.accept(location);
    }

    /** Deletes from now on only what lies in the folders that this metadata names as the table's. */
    public void keepTo(TableMetadata current) {
        if (!current.equals(metadata)) {
            folders = OwnFolders.of(files(), current);
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
    public OutputFile newOutputFile(String location) {
        record(location);
        return super.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        requireOwn(location);
        super.deleteFile(location);
    }
}
