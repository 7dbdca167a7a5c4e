package dev.nerium.lake.write;

import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table's operations that commit only where the files that were written still mean what they meant. Iceberg re-applies an
 * append to whatever the table has become, and files with the field ids of a replaced schema would read as nulls. Columns that
 * others added meanwhile do no harm. The check holds in every retry, because a commit lands only on the metadata that it was
 * checked against.
 *
 * @param written the schema of the files
 */
record SchemaCheckedOperations(TableOperations operations, Schema written, String uuid) implements TableOperations {

    static SchemaCheckedOperations of(TableOperations operations, Schema written) {
        return new SchemaCheckedOperations(
                operations, written, operations.current().uuid());
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
        if (!base.uuid().equals(uuid) || !holds(metadata.schema(), written)) {
            throw new ValidationException("the table's schema was changed meanwhile");
        }
        operations.commit(base, metadata);
    }

    /** Whether every column of the files is one of the table, by id, name and type. */
    static boolean holds(Schema table, Schema written) {
        return TypeUtil.indexById(written.asStruct()).keySet().stream().allMatch(id -> {
            NestedField now = table.findField(id);
            return now != null
                    && Objects.equals(table.findColumnName(id), written.findColumnName(id))
                    && holds(now, written.findField(id));
        });
    }

    private static boolean holds(NestedField now, NestedField written) {
        boolean sameType = now.type().isPrimitiveType()
                ? now.type().equals(written.type())
                : now.type().typeId() == written.type().typeId();
        return sameType && (now.isOptional() || written.isRequired());
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
