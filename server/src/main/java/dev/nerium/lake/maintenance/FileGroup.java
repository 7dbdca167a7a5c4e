package dev.nerium.lake.maintenance;

import java.util.Collection;
import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;

/** Data files of one partition, with the deletes that apply to them, which are rewritten together. */
record FileGroup(List<FileScanTask> tasks) {
    FileGroup {
        tasks = List.copyOf(tasks);
    }

    long bytes() {
        return tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
    }

    static FileSummary list(Collection<FileScanTask> tasks) {
        FileCounter tally = new FileCounter();
        tasks.forEach(task -> tally.add(task.file().location(), task.file().fileSizeInBytes()));
        return tally.list();
    }

    /** Names a delete file: one Puffin file may hold the deletion vectors of many data files. */
    static String key(DeleteFile delete) {
        Long offset = delete.contentOffset();
        return offset == null ? delete.location() : delete.location() + "#" + offset;
    }

    static long size(DeleteFile delete) {
        Long part = delete.contentSizeInBytes();
        return part == null ? delete.fileSizeInBytes() : part;
    }

    /** The sequence number of the commit that brought the file into the table; files of version 1 have none. */
    static long sequence(ContentFile<?> file) {
        Long sequence = file.fileSequenceNumber();
        return sequence == null ? 0 : sequence;
    }
}
