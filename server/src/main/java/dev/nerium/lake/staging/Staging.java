package dev.nerium.lake.staging;

import dev.nerium.lake.write.StagedResult;

/** Where a cluster leaves the rows of a run. Gone when it is closed, but for what is kept. */
public sealed interface Staging extends AutoCloseable permits StagingTable, StagingPrefix {
    /** The files that were written, in the order of their rows. */
    StagedResult staged();

    /** Whether the columns of files have the ids that the table has for them. */
    boolean hasFieldIds();

    /** Leaves the files where they are: a table may have them now. */
    void keep();

    @Override
    void close();
}
