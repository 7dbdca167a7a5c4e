package dev.nerium.lake.catalog;

import dev.nerium.lake.io.RecordingFileIO;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewBuilder;

/** A catalog of the lake, of any kind. Its tables record each file before it is created ({@link RecordingFileIO}). Thread-safe. */
public interface LakeCatalog extends AutoCloseable {
    /** Whether its last request succeeded. */
    enum CatalogState {
        UNUSED,
        UP,
        DOWN
    }

    CatalogState state();

    /** As users see it. */
    CatalogInfo info();

    /** The files of a table, which may be gone, or not yet there. */
    TableFileIO files(TableIdentifier table);

    /** The folders of a table, also if its metadata is damaged; empty if they are unknown. */
    default Optional<TableFolders> folders(TableIdentifier table) {
        return Optional.empty();
    }

    /** Whether a name is that of a view; false where the catalog has no views. */
    boolean hasView(TableIdentifier view);

    boolean tableExists(TableIdentifier table);

    /** @throws org.apache.iceberg.exceptions.NoSuchTableException if there is none */
    Table loadTable(TableIdentifier table);

    /** The operations of a table that was loaded, as it is now. */
    TableOperations fresh(TableIdentifier table, TableOperations loaded);

    /** Makes a table once its first rows are committed. */
    Transaction newTable(TableIdentifier table, TableDefinition definition);

    /**
     * @param purge whether its files are deleted, see {@link #requirePurgeable}
     * @return false if there was none
     */
    boolean dropTable(TableIdentifier table, boolean purge);

    /** Fails unless the files of a dropped table can be deleted. */
    default void requirePurgeable() {}

    void renameTable(TableIdentifier from, TableIdentifier to);

    /** The views of a namespace; none where the catalog has no views. */
    List<TableIdentifier> listViews(Namespace namespace);

    /** @throws org.apache.iceberg.exceptions.NoSuchViewException if there is none */
    View loadView(TableIdentifier view);

    /** @param replaces whether the view exists, and gets another version */
    void saveView(TableIdentifier view, ViewDefinition definition, boolean replaces);

    /** @return false if there was none */
    boolean dropView(TableIdentifier view);

    List<TableIdentifier> listTables(Namespace namespace);

    boolean namespaceExists(Namespace namespace);

    void createNamespace(Namespace namespace);

    /** @throws org.apache.iceberg.exceptions.NamespaceNotEmptyException if it has tables */
    boolean dropNamespace(Namespace namespace);

    /** Makes it unless it is there. Another run may make it in the same moment, which catalogs report in ways of their own. */
    default void ensureNamespace(Namespace namespace) {
        if (namespaceExists(namespace)) {
            return;
        }
        try {
            createNamespace(namespace);
        } catch (RuntimeException e) {
            if (!namespaceExists(namespace)) {
                throw e;
            }
        }
    }

    List<Namespace> listNamespaces(Namespace parent);

    /** A builder with the parts of a view. */
    static ViewBuilder describe(ViewBuilder view, ViewDefinition definition) {
        return view.withSchema(definition.schema())
                .withQuery(ViewDefinition.DIALECT, definition.sql())
                .withDefaultCatalog(definition.catalog())
                .withDefaultNamespace(definition.namespace())
                .withProperties(definition.properties());
    }

    @Override
    void close();
}
