package dev.nerium.lake.command;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.command.Command.CreateMode;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.UnknownName;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;

/** Creates and drops schemas. Thread-safe. */
final class SchemaCommands {
    private static final int MOST_SHOWN = 5;

    private final Catalogs catalogs;
    private final CatalogGuard guard;
    private final TableCommands tables;
    private final ViewCommands views;

    SchemaCommands(Catalogs catalogs, CatalogGuard guard, TableCommands tables, ViewCommands views) {
        this.catalogs = catalogs;
        this.guard = guard;
        this.tables = tables;
        this.views = views;
    }

    void create(Command.CreateSchema command) {
        SchemaName schema = command.schema();
        LakeCatalog catalog = catalogs.named(schema.catalog());
        guard.requireChangeable(schema.catalog(), schema.namespace());
        if (command.mode() == CreateMode.IF_NOT_EXISTS) {
            catalog.ensureNamespace(schema.namespace());
            return;
        }
        if (catalog.namespaceExists(schema.namespace())) {
            throw exists(schema);
        }
        try {
            catalog.createNamespace(schema.namespace());
        } catch (AlreadyExistsException e) {
            throw exists(schema);
        }
    }

    private static NeriumException exists(SchemaName schema) {
        return NeriumException.invalid(
                "The schema %s exists: choose another name, or write IF NOT EXISTS.".formatted(schema));
    }

    void drop(Command.DropSchema command, VisibleTables visible) {
        SchemaName schema = command.schema();
        LakeCatalog catalog = catalogs.named(schema.catalog());
        guard.requireChangeable(schema.catalog(), schema.namespace());
        if (!catalog.namespaceExists(schema.namespace())) {
            if (command.ifExists()) {
                return;
            }
            throw UnknownName.failure("schema '" + schema + "'", schema.name(), visible.namespaces(schema.catalog()));
        }
        if (command.cascade()) {
            dropContents(catalog, schema, visible);
            if (!catalog.namespaceExists(schema.namespace())) {
                // Some catalogs know a schema by what is in it.
                return;
            }
        }
        List<String> contents = contents(catalog, schema.namespace());
        if (!contents.isEmpty()) {
            throw notEmpty(schema, contents);
        }
        try {
            catalog.dropNamespace(schema.namespace());
        } catch (NamespaceNotEmptyException e) {
            throw notEmpty(schema, contents(catalog, schema.namespace()));
        }
    }

    /** Drops what is in a schema, one after the other: a failure leaves what is not dropped yet. */
    private void dropContents(LakeCatalog catalog, SchemaName schema, VisibleTables visible) {
        // Listed first, because the last of them may take the schema with it.
        List<Namespace> schemasInIt = catalog.listNamespaces(schema.namespace());
        List<TableIdentifier> viewsInIt = catalog.listViews(schema.namespace());
        List<TableIdentifier> tablesInIt = catalog.listTables(schema.namespace());
        schemasInIt.forEach(child ->
                drop(new Command.DropSchema(new SchemaName(schema.catalog(), child.toString()), true, true), visible));
        viewsInIt.forEach(view -> views.drop(new Command.DropView(name(schema, view), true), visible));
        tablesInIt.forEach(table -> tables.drop(new Command.DropTable(name(schema, table), true, false), visible));
    }

    private static TableName name(SchemaName schema, TableIdentifier identifier) {
        return new TableName(schema.catalog(), schema.name(), identifier.name());
    }

    private static List<String> contents(LakeCatalog catalog, Namespace schema) {
        return Stream.of(
                        catalog.listTables(schema).stream().map(table -> "the table " + table.name()),
                        catalog.listViews(schema).stream().map(view -> "the view " + view.name()),
                        catalog.listNamespaces(schema).stream().map(child -> "the schema " + child))
                .flatMap(found -> found)
                .toList();
    }

    private static NeriumException notEmpty(SchemaName schema, List<String> contents) {
        String shown = String.join(", ", contents.subList(0, Math.min(MOST_SHOWN, contents.size())));
        return NeriumException.invalid("The schema %s has %s%s: drop them first, or write CASCADE."
                .formatted(schema, shown, contents.size() > MOST_SHOWN ? " and more" : ""));
    }
}
