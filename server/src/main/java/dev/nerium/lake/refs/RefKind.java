package dev.nerium.lake.refs;

import java.util.Locale;
import org.apache.iceberg.SnapshotRef;

/** The kind of a named snapshot. */
public enum RefKind {
    /** Moves with each write to it. */
    BRANCH,
    /** Stays at its snapshot. */
    TAG;

    static RefKind of(SnapshotRef ref) {
        return ref.isBranch() ? BRANCH : TAG;
    }

    /** As the API writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
