package dev.nerium.lake.write;

import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.table.ForwardingTableOperations;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table's operations that commit only where the files that were written still mean what they meant. Iceberg re-applies an
 * append to whatever the table has become, and files with the field ids of a replaced schema would read as nulls. Columns that
 * others added meanwhile do no harm. A branch that others dropped is not created again. The check holds in every retry, because a commit lands only on the metadata that it was
 * checked against.
 */
final class SchemaCheckedOperations extends ForwardingTableOperations {
    private final Schema written;
    private final String uuid;
    private final TableBranch destination;

    private SchemaCheckedOperations(TableOperations operations, Schema written, String uuid, TableBranch destination) {
        super(operations);
        this.written = written;
        this.uuid = uuid;
        this.destination = destination;
    }

    /** @param written the schema of the files */
    static SchemaCheckedOperations of(TableOperations operations, Schema written, TableBranch destination) {
        return new SchemaCheckedOperations(
                operations, written, operations.current().uuid(), destination);
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        if (!base.uuid().equals(uuid) || !isCompatible(metadata.schema(), written)) {
            throw new ValidationException("the table's schema was changed meanwhile");
        }
        if (!destination.isMain() && !hasBranch(base)) {
            throw new ValidationException("the branch '%s' was dropped meanwhile", destination.branch());
        }
        super.commit(base, metadata);
    }

    private boolean hasBranch(TableMetadata base) {
        SnapshotRef ref = base.ref(destination.branch());
        return ref != null && ref.isBranch();
    }

    /** Whether every column of the files is one of the table, by id, name and type. */
    static boolean isCompatible(Schema table, Schema written) {
        return TypeUtil.indexById(written.asStruct()).keySet().stream().allMatch(id -> {
            NestedField now = table.findField(id);
            return now != null
                    && Objects.equals(table.findColumnName(id), written.findColumnName(id))
                    && isCompatible(now, written.findField(id));
        });
    }

    private static boolean isCompatible(NestedField now, NestedField written) {
        boolean sameType = now.type().isPrimitiveType()
                ? now.type().equals(written.type())
                : now.type().typeId() == written.type().typeId();
        return sameType && (now.isOptional() || written.isRequired());
    }
}
