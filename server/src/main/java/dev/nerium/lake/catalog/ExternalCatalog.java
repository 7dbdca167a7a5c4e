package dev.nerium.lake.catalog;

import dev.nerium.config.CatalogConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.RootCause;
import dev.nerium.lake.io.CatalogFileIO;
import dev.nerium.lake.io.MetadataFileTracker;
import dev.nerium.lake.io.RecordingFileIO;
import dev.nerium.lake.io.TableFileIO;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewBuilder;

/**
 * An external catalog, opened lazily. If it does not respond within its timeout the call fails; other catalogs are unaffected, and
 * the next call retries. Thread-safe.
 */
public final class ExternalCatalog implements LakeCatalog {
    /** The catalog itself has responded then. */
    private static final Set<ErrorCode> TROUBLE_OF_FILES =
            Set.of(ErrorCode.STORAGE_ERROR, ErrorCode.TABLE_METADATA_CORRUPT);

    private static final int MOST_LEVELS = 50;

    private final CatalogInfo info;
    private final CatalogFileIO files;
    private final CatalogConfig.CatalogType type;
    private final CatalogConnection connection;

    ExternalCatalog(String name, CatalogConfig config, Path home) {
        this.info = new CatalogInfo(name, config.type().text(), CatalogFactory.shown(config));
        this.files = CatalogFactory.files(config, home);
        this.type = config.type();
        this.connection = new CatalogConnection(
                () -> CatalogFactory.open(name, config, files, home),
                config.timeout().plus(Duration.ofSeconds(1)));
    }

    public static List<ExternalCatalog> all(Map<String, CatalogConfig> catalogs, Path home) {
        return catalogs.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(catalog -> new ExternalCatalog(catalog.getKey(), catalog.getValue(), home))
                .toList();
    }

    @Override
    public CatalogInfo info() {
        return info;
    }

    @Override
    public CatalogState state() {
        return connection.state();
    }

    /** A catalog may vend what opens the files of one table. */
    @Override
    public TableFileIO files(TableIdentifier table) {
        if (type != CatalogConfig.CatalogType.REST) {
            return files;
        }
        try {
            TableOperations operations = ((HasTableOperations) loadTable(table)).operations();
            // The files learn from the metadata which of them may be deleted.
            operations.current();
            return (TableFileIO) operations.io();
        } catch (NoSuchTableException e) {
            return files;
        }
    }

    @Override
    public boolean tableExists(TableIdentifier table) {
        return ask(() -> catalog().tableExists(table));
    }

    @Override
    public Table loadTable(TableIdentifier table) {
        Table loaded = ask(() -> load(table));
        if (!(loaded instanceof BaseTable)) {
            // A metadata table, which Iceberg finds below the name of its table.
            throw new NoSuchTableException("Table does not exist: %s", table);
        }
        return new BaseTable(watched(((HasTableOperations) loaded).operations(), table), loaded.name());
    }

    private Table load(TableIdentifier table) {
        MetadataFileTracker watch = new MetadataFileTracker(_ -> {}, _ -> {});
        try {
            return watch.during(() -> catalog().loadTable(table));
        } catch (NotFoundException e) {
            throw watch.explain(table, files, e);
        }
    }

    /** A REST catalog's client revalidates its cached table, and returns it. */
    @Override
    public TableOperations fresh(TableIdentifier table, TableOperations loaded) {
        if (type == CatalogConfig.CatalogType.REST) {
            return ((HasTableOperations) loadTable(table)).operations();
        }
        ask(loaded::refresh);
        return loaded;
    }

    @Override
    public Transaction newTable(TableIdentifier table, TableDefinition definition) {
        if (type == CatalogConfig.CatalogType.REST) {
            // The server stages the table, for which most of them want its namespace.
            ensureNamespace(table.namespace());
        }
        BaseTransaction begun = (BaseTransaction) ask(() -> catalog()
                .buildTable(table, definition.schema())
                .withPartitionSpec(definition.spec())
                .withSortOrder(definition.order())
                .withProperties(definition.properties())
                .createTransaction());
        return Transactions.createTableTransaction(
                begun.tableName(), watched(begun.underlyingOps(), table), begun.currentMetadata());
    }

    @Override
    public boolean dropTable(TableIdentifier table, boolean purge) {
        return ask(() -> catalog().dropTable(table, purge));
    }

    /** The server of a REST catalog deletes the files. Elsewhere this server would delete what the metadata of others names. */
    @Override
    public void requirePurgeable() {
        if (type != CatalogConfig.CatalogType.REST) {
            throw NeriumException.invalid(
                    "The catalog '%s' (%s) has no server that deletes files: drop the table without PURGE, and remove its files with the engine that wrote them."
                            .formatted(info.name(), info.type()));
        }
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        ask(() -> {
            catalog().renameTable(from, to);
            return true;
        });
    }

    /** Some catalogs have the interface and no views. */
    @Override
    public boolean hasView(TableIdentifier view) {
        return ask(() -> {
            try {
                return catalog() instanceof ViewCatalog views && views.viewExists(view);
            } catch (UnsupportedOperationException e) {
                return false;
            }
        });
    }

    @Override
    public List<TableIdentifier> listViews(Namespace namespace) {
        return ask(() -> {
            try {
                return catalog() instanceof ViewCatalog views ? views.listViews(namespace) : List.of();
            } catch (UnsupportedOperationException e) {
                return List.of();
            }
        });
    }

    @Override
    public View loadView(TableIdentifier view) {
        return ask(() -> views().loadView(view));
    }

    @Override
    public void saveView(TableIdentifier view, ViewDefinition definition, boolean replaces) {
        ask(() -> {
            ViewBuilder builder = LakeCatalog.describe(views().buildView(view), definition);
            return replaces ? builder.replace() : builder.create();
        });
    }

    @Override
    public boolean dropView(TableIdentifier view) {
        return ask(() -> views().dropView(view));
    }

    private ViewCatalog views() {
        if (catalog() instanceof ViewCatalog views) {
            return views;
        }
        throw NeriumException.invalid("The catalog '%s' (%s) has no views.".formatted(info.name(), info.type()));
    }

    private LakeTableOperations watched(TableOperations operations, TableIdentifier table) {
        TableFileIO own = operations.io() instanceof CatalogFileIO vended ? vended : files;
        return new LakeTableOperations(
                operations, table, new RecordingFileIO(own, operations), () -> {}, LocationCheck.ANYWHERE);
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        return ask(() -> catalog().listTables(namespace));
    }

    @Override
    public boolean namespaceExists(Namespace namespace) {
        return ask(() -> namespaces().namespaceExists(namespace));
    }

    @Override
    public void createNamespace(Namespace namespace) {
        ask(() -> {
            namespaces().createNamespace(namespace);
            return true;
        });
    }

    @Override
    public boolean dropNamespace(Namespace namespace) {
        return ask(() -> namespaces().dropNamespace(namespace));
    }

    /** Only namespaces below the parent: a catalog that returns others, or an endless list, would be traversed for ever. */
    @Override
    public List<Namespace> listNamespaces(Namespace parent) {
        if (parent.length() == MOST_LEVELS) {
            return List.of();
        }
        return ask(() -> namespaces().listNamespaces(parent)).stream()
                .filter(child -> child.length() == parent.length() + 1
                        && List.of(child.levels()).subList(0, parent.length()).equals(List.of(parent.levels())))
                .toList();
    }

    private Catalog catalog() {
        return connection.catalog();
    }

    private SupportsNamespaces namespaces() {
        return (SupportsNamespaces) catalog();
    }

    /** Passes on errors about tables, and replaces errors of the connection by plain messages. */
    private <T> T ask(Supplier<T> question) {
        try {
            T answer = question.get();
            connection.answered();
            return answer;
        } catch (NoSuchTableException
                | NoSuchNamespaceException
                | NoSuchViewException
                | NamespaceNotEmptyException
                | AlreadyExistsException e) {
            connection.answered();
            throw e;
        } catch (RuntimeException e) {
            if (e instanceof NeriumException own && TROUBLE_OF_FILES.contains(own.code())) {
                connection.answered();
                throw own;
            }
            if (e instanceof NeriumException own && own.code() == ErrorCode.INVALID_REQUEST) {
                throw own;
            }
            connection.failed();
            throw e instanceof NeriumException own
                    ? own
                    : new NeriumException(
                            ErrorCode.CATALOG_ERROR,
                            "The catalog '" + info.name() + "' (" + info.type() + ") does not respond correctly.",
                            RootCause.message(e),
                            e);
        }
    }

    @Override
    public void close() {
        connection.close();
        files.closeShared();
    }
}
