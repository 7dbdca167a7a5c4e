package dev.nerium.lake.storage;

/** An object of a store, which never changes: Iceberg names each file anew. */
public record StoredObject(String location, long bytes) {}
