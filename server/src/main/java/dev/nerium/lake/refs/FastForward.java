package dev.nerium.lake.refs;

import dev.nerium.lake.table.SnapshotInfo;
import java.util.Optional;

/**
 * A branch that was moved forward.
 *
 * @param from its snapshot before; empty for the main branch of a table without snapshots
 * @param to its snapshot now
 */
public record FastForward(String branch, Optional<SnapshotInfo> from, SnapshotInfo to) {}
