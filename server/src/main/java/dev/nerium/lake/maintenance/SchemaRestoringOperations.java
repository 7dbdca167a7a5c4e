package dev.nerium.lake.maintenance;

import dev.nerium.lake.table.ForwardingTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;

/**
 * A table's operations that make an earlier schema current in whatever they commit, so that a rollback and its columns land
 * together.
 */
final class SchemaRestoringOperations extends ForwardingTableOperations {
    private final int schemaId;

    SchemaRestoringOperations(TableOperations operations, int schemaId) {
        super(operations);
        this.schemaId = schemaId;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        super.commit(
                base,
                TableMetadata.buildFrom(metadata).setCurrentSchema(schemaId).build());
    }
}
