package dev.nerium.lake.catalog;

import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;

/** A table to be created; the ids of its fields are placeholders. */
public record TableDefinition(Schema schema, PartitionSpec spec, SortOrder order, Map<String, String> properties) {
    public TableDefinition {
        properties = Map.copyOf(properties);
    }

    /** A table that is neither partitioned nor sorted. */
    public static TableDefinition plain(Schema schema, Map<String, String> properties) {
        return new TableDefinition(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted(), properties);
    }
}
