package dev.nerium.lake.command;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.ReplaceSortOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Applies the changes of one statement to a table, in one commit. */
final class TableAlteration {
    private final TableName name;
    private final Table table;
    private final Transaction transaction;

    private TableAlteration(TableName name, Table table) {
        this.name = name;
        this.table = table;
        this.transaction = table.newTransaction();
    }

    static void apply(TableName name, Table table, List<TableChange> changes) {
        TableAlteration alteration = new TableAlteration(name, table);
        changes.forEach(alteration::apply);
        alteration.transaction.commitTransaction();
    }

    private void apply(TableChange change) {
        switch (change) {
            case TableChange.AddColumn add -> addColumn(add);
            case TableChange.DropColumn drop -> dropColumn(drop);
            case TableChange.RenameColumn rename -> renameColumn(rename);
            case TableChange.SetType widened -> widen(widened);
            case TableChange.MoveColumn move -> {
                requireColumn(move.column());
                move(transaction.updateSchema(), move.column(), move.position()).commit();
            }
            case TableChange.SetDoc(var column, var doc) -> {
                requireColumn(column);
                transaction
                        .updateSchema()
                        .updateColumnDoc(column, doc.orElse(null))
                        .commit();
            }
            case TableChange.SetDefault(var column, var field) -> setDefault(column, field);
            case TableChange.DropDefault(var column) -> {
                requireColumn(column);
                requireVersion3("A default");
                transaction.updateSchema().updateColumnDefault(column, null).commit();
            }
            case TableChange.SetRequired set -> setRequired(set);
            case TableChange.AddPartitionField(var field, var as) -> {
                field.requireAppliesTo(schema());
                add(transaction.updateSpec(), field, as).commit();
            }
            case TableChange.DropPartitionField(var field) ->
                remove(transaction.updateSpec(), field).commit();
            case TableChange.ReplacePartitionField(var field, var by, var as) -> {
                by.requireAppliesTo(schema());
                add(remove(transaction.updateSpec(), field), by, as).commit();
            }
            case TableChange.WriteOrder order -> writeOrder(order);
            case TableChange.SetProperties(var properties) -> {
                requireNoDowngrade(properties.get(TableProperties.FORMAT_VERSION));
                UpdateProperties update = transaction.updateProperties();
                properties.forEach(update::set);
                update.commit();
            }
            case TableChange.UnsetProperties(var keys, var ifExists) -> unset(keys, ifExists);
        }
    }

    private Schema schema() {
        return transaction.table().schema();
    }

    private NestedField requireColumn(String column) {
        return TransformedColumn.column(schema(), column);
    }

    private void addColumn(TableChange.AddColumn add) {
        if (schema().findField(add.column()) != null) {
            if (add.ifNotExists()) {
                return;
            }
            throw NeriumException.invalid("The table %s has a column '%s': choose another name, or write IF NOT EXISTS."
                    .formatted(name, add.column()));
        }
        NestedField field = add.field();
        Literal<?> value = field.writeDefaultLiteral();
        if (value != null) {
            requireVersion3("A default");
        }
        if (field.isRequired() && value == null) {
            throw NeriumException.invalid(
                    "The column '%s' is NOT NULL without a DEFAULT, and the rows that %s has would have no value: give it a default, or omit NOT NULL."
                            .formatted(add.column(), name));
        }
        int dot = add.column().lastIndexOf('.');
        @Nullable String parent = dot < 0 ? null : add.column().substring(0, dot);
        if (parent != null) {
            requireColumn(parent);
        }
        String own = add.column().substring(dot + 1);
        UpdateSchema update = transaction.updateSchema();
        if (field.isRequired()) {
            update.addRequiredColumn(parent, own, field.type(), field.doc(), value);
        } else {
            update.addColumn(parent, own, field.type(), field.doc(), value);
        }
        add.position().ifPresent(position -> move(update, add.column(), position));
        update.commit();
    }

    private static UpdateSchema move(UpdateSchema update, String column, TableChange.Position position) {
        int dot = column.lastIndexOf('.');
        return position.after()
                .map(after -> update.moveAfter(column, column.substring(0, dot + 1) + after))
                .orElseGet(() -> update.moveFirst(column));
    }

    private void dropColumn(TableChange.DropColumn drop) {
        if (drop.ifExists() && schema().findField(drop.column()) == null) {
            return;
        }
        NestedField field = requireColumn(drop.column());
        requireUnused(drop.column(), field);
        if (schema().columns().size() == 1 && schema().columns().contains(field)) {
            throw NeriumException.invalid("The column '%s' is the only one of %s: a table has at least one column."
                    .formatted(drop.column(), name));
        }
        transaction.updateSchema().deleteColumn(drop.column()).commit();
    }

    /** Fails where the table is partitioned or sorted by a column, or by a field inside of it. */
    private void requireUnused(String column, NestedField field) {
        List<Integer> dropped = Stream.concat(
                        Stream.of(field.fieldId()), TypeUtil.getProjectedIds(field.type()).stream())
                .toList();
        Table current = transaction.table();
        Stream.concat(
                        current.spec().fields().stream().map(PartitionField::sourceId),
                        current.sortOrder().fields().stream().map(SortField::sourceId))
                .filter(dropped::contains)
                .findFirst()
                .ifPresent(used -> {
                    throw NeriumException.invalid(
                            "The column '%s' can't be dropped: %s is partitioned or sorted by it. Drop the partition field, or write WRITE UNORDERED, first."
                                    .formatted(column, name));
                });
    }

    private void renameColumn(TableChange.RenameColumn rename) {
        requireColumn(rename.column());
        String parent = rename.column().substring(0, rename.column().lastIndexOf('.') + 1);
        if (schema().findField(parent + rename.to()) != null) {
            throw NeriumException.invalid("The table %s has a column '%s': choose another name for '%s'."
                    .formatted(name, parent + rename.to(), rename.column()));
        }
        transaction.updateSchema().renameColumn(rename.column(), rename.to()).commit();
    }

    private void widen(TableChange.SetType widened) {
        Type present = requireColumn(widened.column()).type();
        boolean widens = widened.type().isPrimitiveType()
                && present.isPrimitiveType()
                && TypeUtil.isPromotionAllowed(present, widened.type().asPrimitiveType());
        if (!widens) {
            throw NeriumException.invalid(
                    "The column '%s' has the type %s, which can't become %s: Iceberg widens int to bigint, float to double, and decimals to more digits with the same scale."
                            .formatted(widened.column(), SqlText.type(present), SqlText.type(widened.type())));
        }
        transaction
                .updateSchema()
                .updateColumn(widened.column(), widened.type().asPrimitiveType())
                .commit();
    }

    /** The default is of new rows only. */
    private void setDefault(String column, NestedField field) {
        NestedField present = requireColumn(column);
        requireVersion3("A default");
        if (!present.type().equals(field.type())) {
            throw NeriumException.invalid(
                    "The column '%s' has the type %s, and the default is %s: write a literal of the column's type."
                            .formatted(column, SqlText.type(present.type()), SqlText.type(field.type())));
        }
        transaction
                .updateSchema()
                .updateColumnDefault(column, field.writeDefaultLiteral())
                .commit();
    }

    private void setRequired(TableChange.SetRequired set) {
        NestedField field = requireColumn(set.column());
        if (set.required() && field.isOptional()) {
            throw NeriumException.invalid(
                    "The column '%s' can't become NOT NULL: Iceberg does not check the rows that %s has. Create a table with such a column and copy the rows."
                            .formatted(set.column(), name));
        }
        if (!set.required()) {
            transaction.updateSchema().makeColumnOptional(set.column()).commit();
        }
    }

    private static UpdatePartitionSpec add(UpdatePartitionSpec update, TransformedColumn field, Optional<String> as) {
        return as.map(alias -> update.addField(alias, field.term())).orElseGet(() -> update.addField(field.term()));
    }

    /** A column that the table does not have may be the name of a partition field. */
    private UpdatePartitionSpec remove(UpdatePartitionSpec update, TransformedColumn field) {
        boolean isName = field.isPlain()
                && schema().findField(field.column()) == null
                && fields().anyMatch(own -> own.name().equals(field.column()));
        if (isName) {
            return update.removeField(field.column());
        }
        NestedField column = requireColumn(field.column());
        if (fields().noneMatch(own ->
                own.sourceId() == column.fieldId() && own.transform().toString().equals(field.transform()))) {
            throw NeriumException.invalid("The table %s is not partitioned by %s. It is partitioned by %s."
                    .formatted(
                            name,
                            field,
                            Descriptions.partitioning(transaction.table()).orElse("nothing")));
        }
        return update.removeField(field.term());
    }

    private Stream<PartitionField> fields() {
        return transaction.table().spec().fields().stream()
                .filter(field -> !field.transform().isVoid());
    }

    private void writeOrder(TableChange.WriteOrder change) {
        ReplaceSortOrder order = transaction.replaceSortOrder();
        for (OrderedColumn column : change.order()) {
            column.column().requireAppliesTo(schema());
            column.addTo(order);
        }
        order.commit();
        change.distribution()
                .ifPresent(distribution -> transaction
                        .updateProperties()
                        .set(TableProperties.WRITE_DISTRIBUTION_MODE, distribution)
                        .commit());
    }

    private void unset(List<String> keys, boolean ifExists) {
        UpdateProperties update = transaction.updateProperties();
        for (String key : keys) {
            if (!ifExists && !transaction.table().properties().containsKey(key)) {
                throw NeriumException.invalid(
                        "The table %s has no property '%s': write IF EXISTS to ignore this.".formatted(name, key));
            }
            update.remove(key);
        }
        update.commit();
    }

    private void requireVersion3(String what) {
        int version = TableUtil.formatVersion(table);
        if (version < 3) {
            throw NeriumException.invalid(
                    "%s needs a table of format version 3, and %s has version %d. Upgrade it: ALTER TABLE %s SET TBLPROPERTIES ('format-version' = '3')."
                            .formatted(what, name, version, name.local()));
        }
    }

    private void requireNoDowngrade(@Nullable String version) {
        int present = TableUtil.formatVersion(table);
        if (version != null && Integer.parseInt(version.strip()) < present) {
            throw NeriumException.invalid(
                    "The property format-version is '%s', and %s has version %d: expected at least that, because no version can be undone."
                            .formatted(version, name, present));
        }
    }
}
