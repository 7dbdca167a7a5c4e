package dev.nerium.lake.command;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.catalog.ViewDefinition;
import dev.nerium.lake.command.Command.CreateMode;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.UnknownName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.View;
import org.jspecify.annotations.Nullable;

/** Creates, drops and reads views. Thread-safe. */
final class ViewCommands {
    /** Dialects whose simple queries are also queries here, the likeliest one first. */
    private static final List<String> READABLE = List.of(ViewDefinition.DIALECT, "polars", "spark", "trino", "duckdb");

    private final Catalogs catalogs;
    private final TableLocks locks;
    private final CatalogGuard guard;

    ViewCommands(Catalogs catalogs, TableLocks locks, CatalogGuard guard) {
        this.catalogs = catalogs;
        this.locks = locks;
        this.guard = guard;
    }

    void create(Command.CreateView command, VisibleTables tables) {
        TableName name = command.view();
        LakeCatalog catalog = catalogs.of(name);
        TableIdentifier view = TableLoader.identifier(name);
        guard.requireChangeable(name);
        guard.requireAllowed(name, command.definition().properties());
        if (!catalog.namespaceExists(view.namespace())) {
            throw UnknownName.failure(
                    "schema '" + name.namespace() + "'", name.namespace(), tables.namespaces(name.catalog()));
        }
        change(name, () -> {
            if (catalog.tableExists(view)) {
                throw NeriumException.invalid("%s is a table: choose another name for the view.".formatted(name));
            }
            boolean exists = catalog.hasView(view);
            if (exists && command.mode() == CreateMode.CREATE) {
                throw NeriumException.invalid(
                        "The view %s exists: choose another name, or write IF NOT EXISTS or OR REPLACE."
                                .formatted(name));
            }
            if (!exists || command.mode() == CreateMode.REPLACE) {
                catalog.saveView(view, command.definition(), exists);
            }
        });
    }

    /** Gives a view another query; it keeps its properties. */
    void alter(Command.AlterView command, VisibleTables tables) {
        TableName name = command.view();
        LakeCatalog catalog = catalogs.of(name);
        TableIdentifier view = TableLoader.identifier(name);
        guard.requireChangeable(name);
        change(name, () -> {
            if (!catalog.hasView(view)) {
                throw unknown(name, tables);
            }
            catalog.saveView(view, command.definition(), true);
        });
    }

    void drop(Command.DropView command, VisibleTables tables) {
        TableName name = command.view();
        guard.requireChangeable(name);
        change(name, () -> {
            if (!catalogs.of(name).dropView(TableLoader.identifier(name)) && !command.ifExists()) {
                throw unknown(name, tables);
            }
        });
    }

    private void change(TableName name, Runnable change) {
        try {
            locks.withLock(name, () -> {
                change.run();
                return true;
            });
        } catch (RuntimeException e) {
            throw Refusals.ofCommit(name, e);
        }
    }

    /** The statement that makes a view. */
    CommandResult statement(TableName name, VisibleTables tables) {
        ViewText view = find(name).orElseThrow(() -> unknown(name, tables));
        String columns =
                String.join(", ", view.columns().stream().map(SqlText::name).toList());
        String names = String.join(
                ".",
                Stream.of(name.catalog(), name.namespace(), name.table())
                        .map(SqlText::name)
                        .toList());
        String statement = "CREATE VIEW " + names + " (" + columns + ") AS\n"
                + view.texts().getFirst().sql();
        List<List<@Nullable String>> rows = List.of(List.of(statement));
        return new CommandResult(List.of("statement"), rows);
    }

    /** The error for a view that does not exist, or that the key does not see. */
    NeriumException unknown(TableName name, VisibleTables tables) {
        List<String> views = tables.namespaces(name.catalog()).contains(name.namespace())
                ? tables.views(name.catalog(), name.namespace()).stream()
                        .map(view -> new TableName(name.catalog(), name.namespace(), view).local())
                        .toList()
                : List.of();
        return UnknownName.failure("view '" + name.local() + "'", name.local(), views);
    }

    /** A view; empty if there is none of that name. */
    Optional<ViewText> find(TableName name) {
        LakeCatalog catalog = catalogs.of(name);
        TableIdentifier identifier = TableLoader.identifier(name);
        if (!catalog.hasView(identifier)) {
            return Optional.empty();
        }
        try {
            return Optional.of(text(name, catalog.loadView(identifier)));
        } catch (NoSuchViewException e) {
            return Optional.empty();
        }
    }

    private ViewText text(TableName name, View view) {
        List<SQLViewRepresentation> all = view.currentVersion().representations().stream()
                .filter(SQLViewRepresentation.class::isInstance)
                .map(SQLViewRepresentation.class::cast)
                .toList();
        List<ViewText.Representation> readable = all.stream()
                .filter(text -> READABLE.contains(text.dialect()))
                .sorted(Comparator.comparingInt(text -> READABLE.indexOf(text.dialect())))
                .map(text -> new ViewText.Representation(text.dialect(), text.sql()))
                .toList();
        if (readable.isEmpty()) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The view %s has its query in %s, and this server reads %s. Create the view again with CREATE OR REPLACE VIEW."
                            .formatted(
                                    name,
                                    all.isEmpty()
                                            ? "no dialect of SQL"
                                            : String.join(
                                                    ", ",
                                                    all.stream()
                                                            .map(SQLViewRepresentation::dialect)
                                                            .toList()),
                                    String.join(", ", READABLE)));
        }
        // Other engines have names of their own for catalogs.
        @Nullable String given = view.currentVersion().defaultCatalog();
        String catalog = given != null && catalogs.has(given) ? given : name.catalog();
        Namespace namespace = view.currentVersion().defaultNamespace();
        return new ViewText(
                name,
                view.schema().columns().stream().map(NestedField::name).toList(),
                readable,
                catalog,
                namespace == null || namespace.isEmpty() ? "default" : namespace.toString());
    }
}
