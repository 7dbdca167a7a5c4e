package dev.nerium.lake;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.iceberg.io.FileIO;

/** The files of tables, wherever they are. Thread-safe. */
interface TableFiles extends FileIO {
    /** The file of this machine that a location means; fails where a table may have none there. */
    Path local(String location);

    /** Makes a file that a run left a file of a table; it is gone from where it was. */
    void adopt(Path staged, String location) throws IOException;
}
