package dev.nerium.lake.storage;

/**
 * An object of a store, which never changes: Iceberg names each file anew.
 *
 * @param catalog whose store it is: the stores of two may have objects of the same location
 */
public record ObjectRef(String catalog, String location, long bytes) {}
