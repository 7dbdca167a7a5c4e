package dev.nerium.lake.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types.NestedField;

/** Reads the changes of ALTER TABLE. */
final class TableChangeReader {
    private static final Set<String> DISTRIBUTIONS = Set.of("none", "hash", "range");

    private TableChangeReader() {}

    static TableChange read(CommandFields change) {
        return switch (change.text("action")) {
            case "add_column" ->
                new TableChange.AddColumn(
                        change.text("column"), field(change), position(change), change.flag("if_not_exists"));
            case "drop_column" -> new TableChange.DropColumn(change.text("column"), change.flag("if_exists"));
            case "rename_column" -> {
                TableDefinitionReader.requireName(change.text("to"));
                yield new TableChange.RenameColumn(change.text("column"), change.text("to"));
            }
            case "set_type" ->
                new TableChange.SetType(change.text("column"), field(change).type());
            case "move_column" ->
                new TableChange.MoveColumn(
                        change.text("column"),
                        position(change).orElseThrow(() -> CommandFields.broken("a column without a position")));
            case "set_doc" -> new TableChange.SetDoc(change.text("column"), change.optionalText("doc"));
            case "set_default" -> new TableChange.SetDefault(change.text("column"), field(change));
            case "drop_default" -> new TableChange.DropDefault(change.text("column"));
            case "set_required" -> new TableChange.SetRequired(change.text("column"), change.flag("required"));
            case "add_partition_field" ->
                new TableChange.AddPartitionField(transformed(change, "field"), change.optionalText("name"));
            case "drop_partition_field" -> new TableChange.DropPartitionField(transformed(change, "field"));
            case "replace_partition_field" ->
                new TableChange.ReplacePartitionField(
                        transformed(change, "field"), transformed(change, "by"), change.optionalText("name"));
            case "write_order" ->
                new TableChange.WriteOrder(TableDefinitionReader.ordered(change, "order"), distribution(change));
            case "set_properties" -> new TableChange.SetProperties(change.map("properties"));
            case "unset_properties" -> new TableChange.UnsetProperties(change.texts("keys"), change.flag("if_exists"));
            default -> throw CommandFields.broken("a change that is not known");
        };
    }

    private static TransformedColumn transformed(CommandFields change, String field) {
        return TableDefinitionReader.transformed(change.object(field));
    }

    /** The column as the only one of a table, which has the checks of all. */
    private static NestedField field(CommandFields change) {
        String path = change.text("column");
        ObjectNode column = JsonNodeFactory.instance.objectNode();
        column.put("id", Integer.MAX_VALUE / 2)
                .put("name", path.substring(path.lastIndexOf('.') + 1))
                .put("required", change.has("required") && change.flag("required"))
                .set("type", change.message().path("type"));
        change.optionalText("doc").ifPresent(doc -> column.put("doc", doc));
        if (change.has("default")) {
            column.set("write-default", change.message().get("default"));
        }
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "struct");
        schema.putArray("fields").add(column);
        return TableDefinitionReader.schema(schema).columns().getFirst();
    }

    private static Optional<TableChange.Position> position(CommandFields change) {
        return change.has("position")
                ? Optional.of(new TableChange.Position(change.object("position").optionalText("after")))
                : Optional.empty();
    }

    private static Optional<String> distribution(CommandFields change) {
        Optional<String> distribution = change.optionalText("distribution");
        if (distribution.filter(name -> !DISTRIBUTIONS.contains(name)).isPresent()) {
            throw CommandFields.broken("a distribution that is not known");
        }
        return distribution;
    }
}
