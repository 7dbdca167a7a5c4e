package dev.nerium.workload.tables;

import java.util.Optional;

/**
 * The version of a table that a run has pinned, which determines its rows.
 *
 * @param reference to the table, with its catalog
 * @param schemaJson Iceberg schema JSON with which the files are read
 * @param nameMapping the names of the columns of files without field ids
 */
public record TableSnapshot(
        String reference, String uuid, long snapshotId, String schemaJson, Optional<String> nameMapping) {
    /** Approximate memory. */
    public long bytes() {
        return 2L * (reference.length() + uuid.length() + schemaJson.length())
                + nameMapping.map(String::length).orElse(0);
    }
}
