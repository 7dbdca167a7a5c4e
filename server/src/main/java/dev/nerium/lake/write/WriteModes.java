package dev.nerium.lake.write;

/** What becomes of the rows and of the columns that a destination has. */
public record WriteModes(SaveMode save, SchemaMode schema) {
    /** The result's columns have to be the table's. */
    public static WriteModes strict(SaveMode save) {
        return new WriteModes(save, SchemaMode.STRICT);
    }
}
