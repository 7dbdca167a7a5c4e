package dev.nerium.lake.command;

import dev.nerium.config.DurationFormat;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.command.Command.Question;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.refs.RefRetention;
import dev.nerium.lake.refs.TableRef;
import dev.nerium.lake.refs.TableRefs;
import dev.nerium.lake.table.PinnedTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.transforms.Transform;
import org.jspecify.annotations.Nullable;

/** Answers SHOW and DESCRIBE. Thread-safe. */
final class Descriptions {
    private static final List<String> COLUMNS = List.of("column_name", "column_type", "null", "default", "comment");

    private static final List<String> REFS =
            List.of("name", "snapshot_id", "committed_at", "max_ref_age", "min_snapshots_to_keep", "max_snapshot_age");

    private static final String COMMENT = "comment";

    private final Catalogs catalogs;

    Descriptions(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    CommandResult answer(Question question, VisibleTables tables) {
        return switch (question) {
            case Command.ShowCatalogs(var like) ->
                rows(
                        List.of("catalog_name", "type"),
                        tables.catalogs().stream()
                                .filter(catalog -> matches(catalog.name(), like))
                                .map(catalog -> List.of(catalog.name(), catalog.type())));
            case Command.ShowSchemas(var catalog, var like) ->
                rows(
                        List.of("schema_name"),
                        tables.namespaces(catalog).stream()
                                .filter(schema -> matches(schema, like))
                                .map(List::of));
            case Command.ShowTables(var catalog, var schema, var like) ->
                named("table_name", schemas(catalog, schema, tables), like, tables::tables);
            case Command.ShowViews(var catalog, var schema, var like) ->
                named("view_name", schemas(catalog, schema, tables), like, tables::views);
            case Command.ShowRefs(var table, var kind) ->
                new CommandResult(
                        REFS,
                        TableRefs.list(table(table, tables)).stream()
                                .filter(ref -> ref.kind() == kind)
                                .map(Descriptions::ref)
                                .toList());
            case Command.Describe describe -> describe(describe, tables);
            case Command.ShowCreateTable(var table) -> {
                String statement = statement(table, table(table, tables));
                yield rows(List.of("statement"), Stream.of(List.of(statement)));
            }
            case Command.ShowProperties(var table, var key) ->
                rows(
                        List.of("key", "value"),
                        properties(table(table, tables)).entrySet().stream()
                                .filter(property -> key.filter(wanted -> !wanted.equals(property.getKey()))
                                        .isEmpty())
                                .map(property -> List.of(property.getKey(), property.getValue())));
        };
    }

    private static List<@Nullable String> ref(TableRef ref) {
        RefRetention retention = ref.retention();
        return Arrays.asList(
                ref.name(),
                String.valueOf(ref.snapshot().id()),
                ref.snapshot().committedAt().toString(),
                retention.maxRefAge().map(DurationFormat::format).orElse(null),
                retention.minSnapshotsToKeep().map(String::valueOf).orElse(null),
                retention.maxSnapshotAge().map(DurationFormat::format).orElse(null));
    }

    private static CommandResult rows(List<String> columns, Stream<List<String>> rows) {
        return new CommandResult(
                columns, rows.<List<@Nullable String>>map(List::copyOf).toList());
    }

    private static List<SchemaName> schemas(String catalog, Optional<SchemaName> schema, VisibleTables tables) {
        return schema.map(List::of)
                .orElseGet(() -> tables.namespaces(catalog).stream()
                        .map(name -> new SchemaName(catalog, name))
                        .toList());
    }

    /** Lists the names in a schema of a catalog. */
    @FunctionalInterface
    private interface Listing {
        List<String> of(String catalog, String schema);
    }

    private static CommandResult named(String column, List<SchemaName> schemas, Optional<String> like, Listing names) {
        return rows(
                List.of("schema_name", column),
                schemas.stream()
                        .flatMap(each -> names.of(each.catalog(), each.name()).stream()
                                .filter(name -> matches(name, like))
                                .map(name -> List.of(each.name(), name))));
    }

    /** LIKE of SQL. */
    private static boolean matches(String name, Optional<String> like) {
        return like.map(pattern -> Pattern.compile(
                                pattern.chars()
                                        .mapToObj(Descriptions::expression)
                                        .collect(Collectors.joining()),
                                Pattern.DOTALL)
                        .matcher(name)
                        .matches())
                .orElse(true);
    }

    private static String expression(int character) {
        return switch (character) {
            case '%' -> ".*";
            case '_' -> ".";
            default -> Pattern.quote(Character.toString(character));
        };
    }

    /** The table, of which the key may see what its files and its metadata have. */
    private static Table table(TableName name, VisibleTables tables) {
        tables.requireFiles(name);
        return tables.pin(TableReference.current(name)).table();
    }

    private CommandResult describe(Command.Describe describe, VisibleTables tables) {
        TableReference reference = describe.table();
        if (describe.extended()) {
            tables.requireFiles(reference.name());
            requireNoMetadataTable(reference);
        }
        TableIdentifier identifier = TableLoader.identifier(reference.name());
        if (reference.equals(TableReference.current(reference.name()))
                && tables.rights().has(Right.READ, reference.name())
                && catalogs.of(reference.name()).hasView(identifier)) {
            return new CommandResult(
                    COLUMNS,
                    columns(catalogs.of(reference.name()).loadView(identifier).schema()));
        }
        PinnedTable pinned = tables.pin(reference);
        List<List<@Nullable String>> rows = new ArrayList<>(columns(pinned.schema()));
        if (describe.extended()) {
            facts(pinned).forEach((fact, value) -> rows.add(row("# " + fact, value)));
        }
        return new CommandResult(COLUMNS, rows);
    }

    private static void requireNoMetadataTable(TableReference reference) {
        if (reference.metadataTable().isPresent()) {
            throw NeriumException.invalid(
                    "%s is a metadata table, which has columns only: omit EXTENDED.".formatted(reference));
        }
    }

    private static List<List<@Nullable String>> columns(Schema schema) {
        return schema.columns().stream()
                .map(column -> row(
                        column.name(),
                        SqlText.type(column.type()),
                        column.isRequired() ? "NO" : "YES",
                        SqlText.value(column),
                        column.doc()))
                .toList();
    }

    private static List<@Nullable String> row(@Nullable String... values) {
        List<@Nullable String> row = new ArrayList<>(List.of());
        for (int i = 0; i < COLUMNS.size(); i++) {
            row.add(i < values.length ? values[i] : null);
        }
        return row;
    }

    private static Map<String, String> facts(PinnedTable pinned) {
        Table table = pinned.table();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("table", pinned.reference().toString());
        facts.put("location", table.location());
        partitioning(table).ifPresent(partitioning -> facts.put("partitioned by", partitioning));
        order(table).ifPresent(order -> facts.put("sorted by", order));
        pinned.snapshotId().ifPresent(id -> facts.put("snapshot", String.valueOf(id)));
        properties(table).forEach((key, value) -> facts.put("property " + key, value));
        return facts;
    }

    /** With the format version, which is none in Iceberg's metadata. */
    private static Map<String, String> properties(Table table) {
        Map<String, String> properties = new TreeMap<>(table.properties());
        properties.put("format-version", String.valueOf(TableUtil.formatVersion(table)));
        return properties;
    }

    private static String statement(TableName name, Table table) {
        StringBuilder statement = new StringBuilder("CREATE TABLE ");
        statement.append(Stream.of(name.catalog(), name.namespace(), name.table())
                .map(SqlText::name)
                .collect(Collectors.joining(".")));
        statement.append(table.schema().columns().stream()
                .map(column -> "  " + SqlText.column(column))
                .collect(Collectors.joining(",\n", " (\n", "\n)\nUSING iceberg")));
        partitioning(table).ifPresent(fields -> statement.append("\nPARTITIONED BY (" + fields + ")"));
        order(table).ifPresent(columns -> statement.append("\nSORTED BY (" + columns + ")"));
        Map<String, String> properties = properties(table);
        Optional.ofNullable(properties.remove(COMMENT))
                .ifPresent(comment -> statement.append("\nCOMMENT " + SqlText.string(comment)));
        statement.append(properties.entrySet().stream()
                .map(property -> "  " + SqlText.string(property.getKey()) + " = " + SqlText.string(property.getValue()))
                .collect(Collectors.joining(",\n", "\nTBLPROPERTIES (\n", "\n)")));
        return statement.toString();
    }

    /** The partition fields as a statement has them; empty for a table that is not partitioned. */
    static Optional<String> partitioning(Table table) {
        return joined(table.spec().fields().stream()
                .filter(field -> !field.transform().isVoid())
                .map(field -> transformed(table, field)));
    }

    private static String transformed(Table table, PartitionField field) {
        return transformed(table, field.sourceId(), field.transform());
    }

    private static String transformed(Table table, int column, Transform<?, ?> transform) {
        return TransformedColumn.text(table.schema().findColumnName(column), transform.toString());
    }

    private static Optional<String> order(Table table) {
        return joined(table.sortOrder().fields().stream().map(field -> ordered(table, field)));
    }

    private static String ordered(Table table, SortField field) {
        return transformed(table, field.sourceId(), field.transform())
                + (field.direction() == SortDirection.ASC ? " ASC" : " DESC")
                + (field.nullOrder() == NullOrder.NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
    }

    private static Optional<String> joined(Stream<String> parts) {
        return Optional.of(parts.collect(Collectors.joining(", "))).filter(text -> !text.isEmpty());
    }
}
