package dev.nerium.lake.merge;

import java.io.IOException;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * Writes deletes by position, in the form that the table's format version has. The journal of commits knows the files that an
 * unfinished one leaves.
 */
interface DeleteWriter {
    /** The written delete files, and the delete files that they supersede. */
    record WrittenDeletes(List<DeleteFile> added, List<DeleteFile> superseded) {}

    /** Deletes rows of a data file, each file at most once. */
    void delete(FileScanTask task, PositionDeleteIndex positions) throws IOException;

    WrittenDeletes finish() throws IOException;
}
