package dev.nerium.lake.write;

import dev.nerium.lake.table.PinnedTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of a destination at the start of the run: an overwrite replaces it, a merge compares with it, and nothing that came later
 * is lost.
 *
 * @param table empty where it did not exist
 */
public record BaseSnapshot(Optional<PinnedTable> table) {
    public static final BaseSnapshot NOTHING = new BaseSnapshot(Optional.empty());

    /** The current snapshot; empty where the table was empty or did not exist. */
    public OptionalLong snapshot() {
        return table.flatMap(PinnedTable::snapshot)
                .map(snapshot -> OptionalLong.of(snapshot.snapshotId()))
                .orElse(OptionalLong.empty());
    }
}
