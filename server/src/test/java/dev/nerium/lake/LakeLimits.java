package dev.nerium.lake;

import dev.nerium.config.ByteSize;
import dev.nerium.lake.maintenance.CompactionPlanner;
import dev.nerium.lake.scan.NamedColumns;

/** Limits of the lake, for tests outside of this package. */
public final class LakeLimits {
    /** Size of the files that one compaction takes in. */
    public static final ByteSize COMPACTED_BYTES = new ByteSize(CompactionPlanner.STEP_BYTES);

    /** Number of the files that one compaction takes in. */
    public static final int COMPACTED_FILES = CompactionPlanner.STEP_FILES;

    /** Files of a table that is read by the names of its columns. */
    public static final int FILES_BY_NAME = NamedColumns.MAX_FILES;

    private LakeLimits() {}
}
