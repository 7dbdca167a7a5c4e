package dev.nerium.lake.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table's columns once a result has replaced them. A column of the same name keeps its id, and so its place in partitions,
 * sort order and older snapshots, if the result's type is the same or wider, or text for a column of UUIDs. A
 * narrower type creates a new column, unless the old one partitions or sorts the table.
 */
final class SchemaReplacement {
    private final Schema table;
    private final Schema result;
    private final List<Use> uses;

    SchemaReplacement(Table layout, Schema result) {
        this.table = layout.schema();
        this.result = result;
        this.uses = uses(layout);
    }

    /** Columns on which the table's layout stands and that the result would take away, one sentence each. */
    List<String> missing() {
        return uses.stream().flatMap(use -> missing(use).stream()).distinct().toList();
    }

    private static List<Use> uses(Table layout) {
        Stream<Use> partitions = layout.spec().fields().stream()
                .filter(field -> !field.transform().isVoid())
                .map(field -> new Use(field.sourceId(), "partitions the table (" + field.transform() + ")"));
        Stream<Use> sorts = layout.sortOrder().fields().stream()
                .map(field -> new Use(field.sourceId(), "sorts the table (" + field.transform() + ")"));
        Stream<Use> keys = layout.schema().identifierFieldIds().stream()
                .map(id -> new Use(id, "is part of the table's identifier"));
        return Stream.of(partitions, sorts, keys).flatMap(of -> of).toList();
    }

    /** @param role what the column of that id does for the table */
    private record Use(int id, String role) {}

    private Optional<String> missing(Use use) {
        String name = table.findColumnName(use.id());
        NestedField root = table.columns().stream()
                .filter(column -> column.fieldId() == use.id() || contains(column, use.id()))
                .findFirst()
                .orElseThrow();
        NestedField replacement = result.asStruct().field(root.name());
        if (replacement == null) {
            return Optional.of("column '%s' %s, and the result does not have it".formatted(name, use.role()));
        }
        return kept(root)
                ? Optional.empty()
                : Optional.of("column '%s' %s as %s, and is %s in the result"
                        .formatted(
                                name,
                                use.role(),
                                SchemaComparison.shown(root.type()),
                                SchemaComparison.shown(replacement.type())));
    }

    private static boolean contains(NestedField column, int id) {
        return new Schema(column).findField(id) != null;
    }

    /** Applies the change to the table, as several steps of one transaction. */
    void replace(Transaction transaction) {
        List<String> dropped = names(table.columns().stream().filter(column -> !kept(column)));
        List<NestedField> widened = table.columns().stream()
                .filter(column -> kept(column) && column.type().isPrimitiveType() && wider(column))
                .toList();
        if (!dropped.isEmpty()) {
            UpdateSchema drop = transaction.updateSchema().allowIncompatibleChanges();
            dropped.forEach(drop::deleteColumn);
            drop.commit();
        }
        List<NestedField> added = result.columns().stream()
                .filter(column -> transaction.table().schema().asStruct().field(column.name()) == null)
                .toList();
        if (!added.isEmpty() || !widened.isEmpty()) {
            UpdateSchema change = transaction.updateSchema();
            added.forEach(column -> change.addColumn(null, column.name(), column.type()));
            widened.forEach(column -> change.updateColumn(
                    column.name(), replacement(column).type().asPrimitiveType()));
            change.commit();
        }
        order(transaction);
    }

    private void order(Transaction transaction) {
        List<String> wanted = names(result.columns().stream());
        List<String> actual = new ArrayList<>(names(transaction.table().schema().columns().stream()));
        if (actual.equals(wanted)) {
            return;
        }
        UpdateSchema move = transaction.updateSchema();
        move.moveFirst(wanted.getFirst());
        for (int i = 1; i < wanted.size(); i++) {
            move.moveAfter(wanted.get(i), wanted.get(i - 1));
        }
        move.commit();
    }

    private boolean kept(NestedField column) {
        NestedField replacement = result.asStruct().field(column.name());
        if (replacement == null) {
            return false;
        }
        return SchemaComparison.widens(column.type(), replacement.type())
                || SchemaComparison.isUuidAsText(replacement.type(), column.type())
                || alike(column, replacement)
                || (isUsed(column) && SchemaComparison.widens(replacement.type(), column.type()));
    }

    /** Whether the column partitions or sorts the table; then it keeps its type if the result has a narrower one. */
    private boolean isUsed(NestedField column) {
        return uses.stream().anyMatch(use -> use.id() == column.fieldId());
    }

    private boolean wider(NestedField column) {
        return !SchemaComparison.widens(replacement(column).type(), column.type());
    }

    private NestedField replacement(NestedField column) {
        return result.asStruct().field(column.name());
    }

    /** Nested types are kept whole, or not at all. */
    private static boolean alike(NestedField column, NestedField replacement) {
        Schema one = new Schema(column);
        Schema other = new Schema(replacement);
        return SchemaComparison.of(one, other).mismatches().isEmpty()
                && SchemaComparison.of(other, one).mismatches().isEmpty();
    }

    private static List<String> names(Stream<NestedField> columns) {
        return columns.map(NestedField::name).toList();
    }
}
