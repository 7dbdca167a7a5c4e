package dev.nerium.lake.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;

/** The files of tables, wherever they are. Thread-safe. */
public interface TableFileIO extends FileIO {
    /**
     * The local file of a location; fails if a table may not have files there. For an object it is only a name,
     * until the object was fetched.
     */
    Path local(String location);

    /** The file of this machine that a location means, also where a table may have none; not of an object. */
    default Path place(String location) {
        return LocalFileIO.path(location);
    }

    /** Whether a location is an object's, in a store that is reached over a network. */
    default boolean isObject(String location) {
        return false;
    }

    /** The objects below a location. */
    default List<FileInfo> list(String location) {
        throw new UnsupportedOperationException(location + " is in no object store");
    }

    /** Temporary credentials that a catalog vends for a location; empty if it vends none. */
    default Optional<StorageCredentials> vended(String location) {
        return Optional.empty();
    }

    /** Makes a file that a run left a file of a table; it is gone from where it was. */
    void adopt(Path staged, String location) throws IOException;

    /** Likewise of several, by where they are. */
    default void adopt(Map<Path, String> staged) throws IOException {
        for (Map.Entry<Path, String> file : staged.entrySet()) {
            adopt(file.getKey(), file.getValue());
        }
    }
}
