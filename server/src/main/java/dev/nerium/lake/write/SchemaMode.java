package dev.nerium.lake.write;

/** What becomes of columns that a result has and its destination has not. */
public enum SchemaMode {
    /** They are an error. */
    STRICT,
    /** They are added to the table, in the same commit as the rows. */
    MERGE
}
