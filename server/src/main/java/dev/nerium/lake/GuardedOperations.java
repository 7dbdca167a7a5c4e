package dev.nerium.lake;

import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * A table's operations that commit only onto the schema for which the files were written. Iceberg re-applies an append to
 * whatever the table has become, and files with the field ids of a replaced schema would read as nulls. The check holds in
 * every retry, because a commit lands only on the metadata that it was checked against.
 */
record GuardedOperations(TableOperations operations, Schema schema, String uuid) implements TableOperations {

    static GuardedOperations of(TableOperations operations) {
        TableMetadata metadata = operations.current();
        return new GuardedOperations(operations, metadata.schema(), metadata.uuid());
    }

    @Override
    public TableMetadata current() {
        return operations.current();
    }

    @Override
    public TableMetadata refresh() {
        return operations.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        if (!base.uuid().equals(uuid) || !base.schema().sameSchema(schema)) {
            throw new ValidationException("the table's schema was changed meanwhile");
        }
        operations.commit(base, metadata);
    }

    @Override
    public FileIO io() {
        return operations.io();
    }

    @Override
    public EncryptionManager encryption() {
        return operations.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        return operations.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommittedMetadata) {
        return operations.temp(uncommittedMetadata);
    }

    @Override
    public long newSnapshotId() {
        return operations.newSnapshotId();
    }
}
