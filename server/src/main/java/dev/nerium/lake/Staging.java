package dev.nerium.lake;

/** Where a cluster leaves the rows of a run. Gone when it is closed, but for what is kept. */
public sealed interface Staging extends AutoCloseable permits StagingTable, StagingObjects {
    /** The files that were written, in the order of their rows. */
    Staged staged();

    /** Whether the columns of files have the ids that the table has for them. */
    boolean hasFieldIds();

    /** Leaves the files where they are: a table may have them now. */
    void keep();

    @Override
    void close();
}
