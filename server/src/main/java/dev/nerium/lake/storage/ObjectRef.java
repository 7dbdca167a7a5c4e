package dev.nerium.lake.storage;

/**
 * An object of a store. Objects never change, because Iceberg gives each file a new name.
 *
 * @param catalog catalog of the store; the stores of two catalogs may have objects with the same location
 */
public record ObjectRef(String catalog, String location, long bytes) {}
