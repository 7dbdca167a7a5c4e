package dev.nerium.lake.maintenance;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which snapshots of a table shall go. What a branch or a tag refers to always stays.
 *
 * @param olderThan snapshots committed before go; empty: what the table's {@code history.expire.max-snapshot-age-ms} says,
 *     unless snapshots are named
 * @param retainLast so many of the newest stay whatever their age; empty: {@code history.expire.min-snapshots-to-keep}
 * @param snapshots these go, whatever their age
 */
public record ExpirationOptions(
        Optional<Instant> olderThan, OptionalInt retainLast, Set<Long> snapshots, MaintenanceMode effect) {
    public ExpirationOptions {
        snapshots = Set.copyOf(snapshots);
    }
}
