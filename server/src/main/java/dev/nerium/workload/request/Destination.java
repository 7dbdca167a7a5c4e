package dev.nerium.workload.request;

import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteModes;

/** The destination of a result, with its save mode. */
public record Destination(TableName table, WriteModes modes) {
    /** The columns have to be the table's. */
    public Destination(TableName table, SaveMode mode) {
        this(table, WriteModes.strict(mode));
    }
}
