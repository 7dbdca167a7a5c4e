package dev.nerium.lake.catalog;

import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** Checks whether the files of a table may be at the locations of its next version. */
@FunctionalInterface
interface LocationCheck {
    /** Other programs look after their catalogs. */
    LocationCheck ANYWHERE = (base, metadata, commit) -> commit.run();

    /**
     * Commits, or fails where they may not.
     *
     * @param base null for a new table
     */
    void commit(@Nullable TableMetadata base, TableMetadata metadata, Runnable commit);
}
