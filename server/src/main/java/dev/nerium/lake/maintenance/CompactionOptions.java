package dev.nerium.lake.maintenance;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Options of a compaction, in the terms of Iceberg's {@code RewriteDataFiles}.
 *
 * @param selection small files and those with many deletes, or all
 * @param minInputFiles minimum number of small files in a partition before they are rewritten
 * @param deleteFileThreshold a file with at least this number of delete files is rewritten, regardless of its size
 * @param targetFileBytes size of the files that are written; empty: the table's {@code write.target-file-size-bytes}
 * @param upToSequence files that were added to the table later, such as those of earlier steps, are skipped
 */
public record CompactionOptions(
        Selection selection,
        int minInputFiles,
        OptionalInt deleteFileThreshold,
        OptionalLong targetFileBytes,
        OptionalLong upToSequence) {
    public static final int USUAL_MIN_INPUT_FILES = 5;

    /** The files to rewrite. */
    public enum Selection {
        NEEDED,
        ALL
    }
}
