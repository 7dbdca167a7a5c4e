package dev.nerium.lake.maintenance;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Options of an expiration of snapshots. Snapshots of branches and tags stay, unless the branch or tag has a maximum age and is older.
 *
 * @param olderThan snapshots committed before go; empty: what the table's {@code history.expire.max-snapshot-age-ms} says,
 *     unless snapshots are named
 * @param retainLast number of newest snapshots to keep regardless of their age; empty: {@code history.expire.min-snapshots-to-keep}
 * @param snapshots snapshots to remove, regardless of their age
 */
public record ExpirationOptions(
        Optional<Instant> olderThan, OptionalInt retainLast, Set<Long> snapshots, MaintenanceMode effect) {
    public ExpirationOptions {
        snapshots = Set.copyOf(snapshots);
    }
}
