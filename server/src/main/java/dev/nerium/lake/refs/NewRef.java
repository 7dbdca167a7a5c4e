package dev.nerium.lake.refs;

import dev.nerium.lake.name.TableVersion;

/**
 * A branch or tag to create.
 *
 * @param from the version of the table whose snapshot it gets
 */
public record NewRef(String name, RefKind kind, TableVersion from, RefRetention retention, Existing existing) {
    /** The handling of a branch or tag that exists already. */
    public enum Existing {
        /** Refuses the request. */
        REFUSE,
        /** Leaves it as it is. */
        KEEP,
        /** Moves it to the snapshot. Values of its retention that are not given stay. */
        REPLACE
    }
}
