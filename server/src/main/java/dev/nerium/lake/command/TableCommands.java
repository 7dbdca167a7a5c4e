package dev.nerium.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.TableDefinition;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.command.Command.CreateMode;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.UnknownName;
import dev.nerium.lake.table.TableSupport;
import dev.nerium.lake.write.TableLayout;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Creates, changes, renames and drops tables. Thread-safe. */
final class TableCommands {
    private final Catalogs catalogs;
    private final TableLocks locks;
    private final CatalogGuard guard;
    private final boolean createsSchemas;

    TableCommands(Catalogs catalogs, TableLocks locks, CatalogGuard guard, boolean createsSchemas) {
        this.catalogs = catalogs;
        this.locks = locks;
        this.guard = guard;
        this.createsSchemas = createsSchemas;
    }

    void create(Command.CreateTable command, VisibleTables tables) {
        TableName name = command.table();
        LakeCatalog catalog = catalogs.of(name);
        guard.requireChangeable(name);
        guard.requireAllowed(name, command.definition().properties());
        requireNoView(name);
        requireSchema(name, tables);
        change(name, () -> {
            boolean exists = catalog.tableExists(identifier(name));
            if (exists && command.mode() != CreateMode.REPLACE) {
                if (command.mode() == CreateMode.CREATE) {
                    throw Refusals.exists(name);
                }
                return;
            }
            if (exists) {
                replace(catalog.loadTable(identifier(name)), command.definition());
                return;
            }
            try {
                catalog.newTable(identifier(name), command.definition()).commitTransaction();
            } catch (AlreadyExistsException e) {
                // Another program made it in between.
                if (command.mode() != CreateMode.IF_NOT_EXISTS) {
                    throw e;
                }
            }
        });
    }

    /** Not by a transaction of Iceberg's, which would overwrite what another writer has committed in between. */
    private static void replace(Table table, TableDefinition definition) {
        TableOperations operations = ((HasTableOperations) table).operations();
        TableMetadata base = operations.current();
        operations.commit(
                base,
                base.buildReplacement(
                        definition.schema(),
                        definition.spec(),
                        definition.order(),
                        base.location(),
                        definition.properties()));
    }

    /** The layout of a new table, which has the columns of a query; empty where it has none of its own. */
    Optional<TableLayout> layout(TableName name, JsonNode message) {
        CommandFields.requireFlat(message);
        CommandFields fields = new CommandFields(message);
        Map<String, String> properties = fields.map("properties");
        guard.requireAllowed(name, properties);
        boolean isPlain = fields.objects("partitioning").isEmpty()
                && fields.objects("order").isEmpty()
                && properties.isEmpty()
                && !fields.has("comment");
        return isPlain ? Optional.empty() : Optional.of(columns -> TableDefinitionReader.read(fields, columns));
    }

    /** Makes the schema of a new table, where tables may be made without one, as runs with a destination do. */
    private void requireSchema(TableName name, VisibleTables tables) {
        Namespace namespace = TableLoader.namespace(name.namespace());
        if (createsSchemas) {
            catalogs.of(name).ensureNamespace(namespace);
        } else if (!catalogs.of(name).namespaceExists(namespace)) {
            throw UnknownName.failure(
                    "schema '" + name.namespace() + "'", name.namespace(), tables.namespaces(name.catalog()));
        }
    }

    void drop(Command.DropTable command, VisibleTables tables) {
        TableName name = command.table();
        guard.requireChangeable(name);
        LakeCatalog catalog = catalogs.of(name);
        requireNoView(name);
        if (command.purge()) {
            catalog.requirePurgeable();
        }
        change(name, () -> {
            if (!catalog.dropTable(identifier(name), command.purge())) {
                requireOptional(name, command.ifExists(), tables);
            }
        });
    }

    void rename(Command.RenameTable command, VisibleTables tables) {
        TableName from = command.table();
        TableName to = command.to();
        guard.requireChangeable(from);
        guard.requireChangeable(to);
        if (!from.catalog().equals(to.catalog())) {
            throw NeriumException.invalid(
                    "%s can't become %s: a table stays in its catalog. Copy its rows instead.".formatted(from, to));
        }
        LakeCatalog catalog = catalogs.of(from);
        requireNoView(from);
        requireNoView(to);
        requireSchema(to, tables);
        // Always in the same order: two that wait for each other's would wait for ever.
        TableName[] ordered = Stream.of(from, to)
                .sorted(Comparator.comparing(TableName::toString))
                .toArray(TableName[]::new);
        change(
                ordered[0],
                () -> change(ordered[1], () -> {
                    if (!catalog.tableExists(identifier(from))) {
                        requireOptional(from, command.ifExists(), tables);
                        return;
                    }
                    if (catalog.tableExists(identifier(to))) {
                        throw NeriumException.invalid(
                                "The table %s exists: choose another name for %s.".formatted(to, from));
                    }
                    catalog.renameTable(identifier(from), identifier(to));
                }));
    }

    void alter(Command.AlterTable command, VisibleTables tables) {
        TableName name = command.table();
        guard.requireChangeable(name);
        requireNoView(name);
        command.changes().forEach(change -> {
            if (change instanceof TableChange.SetProperties(var properties)) {
                guard.requireAllowed(name, properties);
            }
        });
        change(name, () -> {
            try {
                TableAlteration.apply(name, catalogs.of(name).loadTable(identifier(name)), command.changes());
            } catch (NoSuchTableException e) {
                requireOptional(name, command.ifExists(), tables);
            }
        });
    }

    /** Fails, with the nearest name, for a table that does not exist but should. */
    private void requireOptional(TableName name, boolean ifExists, VisibleTables tables) {
        if (!ifExists) {
            throw tables.absent(name);
        }
    }

    private void requireNoView(TableName name) {
        if (catalogs.of(name).hasView(identifier(name))) {
            throw TableSupport.view(name);
        }
    }

    private void change(TableName name, Runnable change) {
        Supplier<Boolean> task = () -> {
            change.run();
            return true;
        };
        try {
            locks.withLock(name, task);
        } catch (RuntimeException e) {
            throw Refusals.ofCommit(name, e);
        }
    }

    private static TableIdentifier identifier(TableName name) {
        return TableLoader.identifier(name);
    }
}
