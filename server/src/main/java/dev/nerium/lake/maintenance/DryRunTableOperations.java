package dev.nerium.lake.maintenance;

import dev.nerium.lake.table.ForwardingTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;

/**
 * A table's operations that keep a commit in memory, so that a dry run goes through the same code of Iceberg as the real one
 * and reports exactly what that would do. For one thread.
 */
final class DryRunTableOperations extends ForwardingTableOperations {
    private TableMetadata current;

    DryRunTableOperations(TableOperations operations) {
        super(operations);
        this.current = operations.current();
    }

    @Override
    public TableMetadata current() {
        return current;
    }

    @Override
    public TableMetadata refresh() {
        return current;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        current = metadata;
    }
}
