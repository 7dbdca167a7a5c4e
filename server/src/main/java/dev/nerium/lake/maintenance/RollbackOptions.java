package dev.nerium.lake.maintenance;

import java.time.Instant;

/** To which version a table goes back. */
public record RollbackOptions(RollbackTarget target, Reach reach, MaintenanceMode effect) {
    /** Where to. */
    public sealed interface RollbackTarget {
        record Id(long snapshot) implements RollbackTarget {}

        /** What was current at that time. */
        record Time(Instant instant) implements RollbackTarget {}

        /** What a branch or a tag refers to. */
        record Ref(String name) implements RollbackTarget {}
    }

    /** Which snapshots may be gone to. */
    public enum Reach {
        /** Those that the current one was made from. */
        ANCESTORS,
        /** Any that the table still has, which also takes a rollback back. */
        ANY
    }
}
