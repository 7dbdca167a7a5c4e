package dev.nerium.lake.write;

import java.util.OptionalLong;

/** The outcome of a commit. */
public sealed interface CommitOutcome {
    /**
     * The rows are in the table.
     *
     * @param snapshot empty if the snapshot with the rows can no longer be determined
     */
    record Committed(long rows, OptionalLong snapshot) implements CommitOutcome {}

    /** Others committed first and the change does not fit theirs; nothing was written. */
    record Conflict(String reason) implements CommitOutcome {}

    /** The catalog did not respond, so the commit may have happened or may happen later; its files are kept. */
    record Unknown(String reason) implements CommitOutcome {}
}
