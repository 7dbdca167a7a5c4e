package dev.nerium.lake.catalog;

import dev.nerium.lake.io.RecordingFileIO;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** A catalog of the lake, whatever its kind. Its tables tell of each file before it is made ({@link RecordingFileIO}). Thread-safe. */
public interface LakeCatalog extends AutoCloseable {
    /** Whether it answered the last question. */
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

    /** Where a table has its files, also one whose metadata is damaged; empty where nobody can tell. */
    default Optional<TableFolders> folders(TableIdentifier table) {
        return Optional.empty();
    }

    /** Whether a name is a view's, which other engines keep; where nobody can tell it is none. */
    default boolean hasView(TableIdentifier view) {
        return false;
    }

    boolean tableExists(TableIdentifier table);

    /** @throws org.apache.iceberg.exceptions.NoSuchTableException if there is none */
    Table loadTable(TableIdentifier table);

    /** The operations of a table that was loaded, as it is now. */
    TableOperations fresh(TableIdentifier table, TableOperations loaded);

    /** Makes a table once its first rows are committed. */
    Transaction newTable(TableIdentifier table, Schema schema, PartitionSpec spec, Map<String, String> properties);

    List<TableIdentifier> listTables(Namespace namespace);

    boolean namespaceExists(Namespace namespace);

    void createNamespace(Namespace namespace);

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

    @Override
    void close();
}
