package dev.nerium.workload;

import dev.nerium.lake.SaveMode;
import dev.nerium.lake.TableName;
import dev.nerium.lake.WriteModes;

/** Where a result is written, and how. */
public record Destination(TableName table, WriteModes modes) {
    /** The columns have to be the table's. */
    public Destination(TableName table, SaveMode mode) {
        this(table, WriteModes.strict(mode));
    }
}
