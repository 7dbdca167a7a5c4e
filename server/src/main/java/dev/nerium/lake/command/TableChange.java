package dev.nerium.lake.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** One change of ALTER TABLE. Columns have Iceberg's full names, with dots between the levels. */
public sealed interface TableChange {
    /**
     * A place among the columns.
     *
     * @param after the name of the sibling before it; empty for the first place
     */
    record Position(Optional<String> after) {}

    /** @param field its type, comment and default; the name and the id are placeholders */
    record AddColumn(String column, NestedField field, Optional<Position> position, boolean ifNotExists)
            implements TableChange {}

    record DropColumn(String column, boolean ifExists) implements TableChange {}

    record RenameColumn(String column, String to) implements TableChange {}

    record SetType(String column, Type type) implements TableChange {}

    record MoveColumn(String column, Position position) implements TableChange {}

    /** @param doc empty to remove the comment */
    record SetDoc(String column, Optional<String> doc) implements TableChange {}

    /** @param field its type and default; the name and the id are placeholders */
    record SetDefault(String column, NestedField field) implements TableChange {}

    record DropDefault(String column) implements TableChange {}

    record SetRequired(String column, boolean required) implements TableChange {}

    record AddPartitionField(TransformedColumn field, Optional<String> name) implements TableChange {}

    record DropPartitionField(TransformedColumn field) implements TableChange {}

    record ReplacePartitionField(TransformedColumn field, TransformedColumn by, Optional<String> name)
            implements TableChange {}

    /**
     * @param order empty for none
     * @param distribution of rows among writers, as Spark does it; empty to keep the present one
     */
    record WriteOrder(List<OrderedColumn> order, Optional<String> distribution) implements TableChange {
        public WriteOrder {
            order = List.copyOf(order);
        }
    }

    record SetProperties(Map<String, String> properties) implements TableChange {
        public SetProperties {
            properties = Map.copyOf(properties);
        }
    }

    record UnsetProperties(List<String> keys, boolean ifExists) implements TableChange {
        public UnsetProperties {
            keys = List.copyOf(keys);
        }
    }
}
