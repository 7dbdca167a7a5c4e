package dev.nerium.lake.commit;

import java.util.OptionalLong;

/** How a commit ended. */
public sealed interface CommitOutcome {
    /**
     * The rows are in the table.
     *
     * @param snapshot empty where it can't be told any more which one has them
     */
    record Committed(long rows, OptionalLong snapshot) implements CommitOutcome {}

    /** Others committed first and the change does not fit theirs; nothing was written. */
    record Conflict(String reason) implements CommitOutcome {}

    /** The catalog did not answer, so the rows may be there or come later; their files are kept. */
    record Unknown(String reason) implements CommitOutcome {}
}
