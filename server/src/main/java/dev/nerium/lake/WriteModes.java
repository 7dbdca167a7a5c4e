package dev.nerium.lake;

/** What becomes of the rows and of the columns that a destination has. */
public record WriteModes(SaveMode save, SchemaMode schema) {}
