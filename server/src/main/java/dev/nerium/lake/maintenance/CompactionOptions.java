package dev.nerium.lake.maintenance;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which files of a table are rewritten, in the words of Iceberg's {@code RewriteDataFiles}.
 *
 * @param selection small files and those with many deletes, or all
 * @param minInputFiles small files are rewritten together only where there are so many of them in a partition
 * @param deleteFileThreshold a file to which so many delete files apply is rewritten, whatever its size
 * @param targetFileBytes size of the files that are written; empty: the table's {@code write.target-file-size-bytes}
 * @param upToSequence files that came into the table later, such as those of earlier steps, are left alone
 */
public record CompactionOptions(
        Selection selection,
        int minInputFiles,
        OptionalInt deleteFileThreshold,
        OptionalLong targetFileBytes,
        OptionalLong upToSequence) {
    public static final int USUAL_MIN_INPUT_FILES = 5;

    /** What is worth a rewrite. */
    public enum Selection {
        NEEDED,
        ALL
    }
}
