package dev.nerium.lake.write;

import dev.nerium.lake.catalog.TableDefinition;
import org.apache.iceberg.Schema;

/** The partitioning, the sort order and the properties of a new table, which has the columns of a result. */
@FunctionalInterface
public interface TableLayout {
    /** The table with these columns, the ids of which are placeholders; fails where they do not fit. */
    TableDefinition of(Schema columns);
}
