package dev.nerium.lake.maintenance;

import java.time.Instant;

/** To which version a table goes back. */
public record RollbackOptions(RollbackTarget target, Reach reach, MaintenanceMode effect) {
    /** The target of a rollback. */
    public sealed interface RollbackTarget {
        record Id(long snapshot) implements RollbackTarget {}

        /** The snapshot that was current at that time. */
        record Time(Instant instant) implements RollbackTarget {}

        /** The snapshot of a branch or a tag. */
        record Ref(String name) implements RollbackTarget {}
    }

    /** The snapshots that are allowed as targets. */
    public enum Reach {
        /** The ancestors of the current snapshot. */
        ANCESTORS,
        /** Any that the table still has, which also takes a rollback back. */
        ANY
    }
}
