package dev.nerium.workload.request;

import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteModes;

/** The destination of a result: a table or one of its branches, with the save mode. */
public record Destination(TableBranch table, WriteModes modes) {
    /** The columns have to be the table's. */
    public Destination(TableBranch table, SaveMode mode) {
        this(table, WriteModes.strict(mode));
    }
}
