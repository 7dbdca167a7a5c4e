package dev.nerium.lake.refs;

import java.time.Duration;
import java.util.Optional;
import org.apache.iceberg.SnapshotRef;

/**
 * How long a branch or tag, and the snapshots of a branch, are kept. The expiration of snapshots applies it; empty values are
 * those of the table's {@code history.expire.*} properties.
 *
 * @param maxRefAge age of its snapshot from which the branch or tag is dropped; the main branch is never dropped
 * @param minSnapshotsToKeep number of newest snapshots of the branch that are kept, regardless of their age
 * @param maxSnapshotAge age from which older snapshots of the branch are removed
 */
public record RefRetention(
        Optional<Duration> maxRefAge, Optional<Integer> minSnapshotsToKeep, Optional<Duration> maxSnapshotAge) {
    public static final RefRetention UNSET = new RefRetention(Optional.empty(), Optional.empty(), Optional.empty());

    static RefRetention of(SnapshotRef ref) {
        return new RefRetention(
                Optional.ofNullable(ref.maxRefAgeMs()).map(Duration::ofMillis),
                Optional.ofNullable(ref.minSnapshotsToKeep()),
                Optional.ofNullable(ref.maxSnapshotAgeMs()).map(Duration::ofMillis));
    }

    /** Whether a value is set that only a branch can have. */
    public boolean isOfBranch() {
        return minSnapshotsToKeep.isPresent() || maxSnapshotAge.isPresent();
    }

    /** Sets the values that are present. */
    SnapshotRef.Builder set(SnapshotRef.Builder ref) {
        maxRefAge.ifPresent(age -> ref.maxRefAgeMs(age.toMillis()));
        minSnapshotsToKeep.ifPresent(ref::minSnapshotsToKeep);
        maxSnapshotAge.ifPresent(age -> ref.maxSnapshotAgeMs(age.toMillis()));
        return ref;
    }
}
