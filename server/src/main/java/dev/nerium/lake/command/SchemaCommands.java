package dev.nerium.lake.command;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.command.Command.CreateMode;
import dev.nerium.lake.name.UnknownName;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;

/** Creates and drops schemas. Thread-safe. */
final class SchemaCommands {
    private static final int MOST_SHOWN = 5;

    private final Catalogs catalogs;
    private final CatalogGuard guard;

    SchemaCommands(Catalogs catalogs, CatalogGuard guard) {
        this.catalogs = catalogs;
        this.guard = guard;
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

    void drop(Command.DropSchema command) {
        SchemaName schema = command.schema();
        LakeCatalog catalog = catalogs.named(schema.catalog());
        guard.requireChangeable(schema.catalog(), schema.namespace());
        if (!catalog.namespaceExists(schema.namespace())) {
            if (command.ifExists()) {
                return;
            }
            throw UnknownName.failure("schema '" + schema + "'", schema.name(), names(catalog));
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

    private static List<String> names(LakeCatalog catalog) {
        return catalog.listNamespaces(Namespace.empty()).stream()
                .map(Namespace::toString)
                .toList();
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
        return NeriumException.invalid("The schema %s has %s%s: drop them first."
                .formatted(schema, shown, contents.size() > MOST_SHOWN ? " and more" : ""));
    }
}
