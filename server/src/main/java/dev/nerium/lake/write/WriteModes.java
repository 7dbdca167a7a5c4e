package dev.nerium.lake.write;

/** The handling of existing rows and columns of a destination. */
public record WriteModes(SaveMode save, SchemaMode schema) {
    /** The result's columns must match the table's. */
    public static WriteModes strict(SaveMode save) {
        return new WriteModes(save, SchemaMode.STRICT);
    }
}
