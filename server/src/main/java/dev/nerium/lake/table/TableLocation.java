package dev.nerium.lake.table;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where another engine finds a version of a table, without a catalog.
 *
 * @param metadata the metadata file, which never changes
 * @param snapshot where it is not the current one
 * @param branch where it is not the main one
 */
public record TableLocation(String metadata, OptionalLong snapshot, Optional<String> branch) {}
