package dev.nerium.lake.staging;

import dev.nerium.lake.write.StagedResult;

/** The staging area to which a cluster writes the rows of a run. Closing it removes all files that are not kept. */
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
