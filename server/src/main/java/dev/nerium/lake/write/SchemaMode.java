package dev.nerium.lake.write;

/** The handling of columns of a result that its destination lacks. */
public enum SchemaMode {
    /** They are an error. */
    STRICT,
    /** They are added to the table, in the same commit as the rows. */
    MERGE
}
