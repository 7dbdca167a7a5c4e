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

    /** Whether a name is that of a view of another engine; false if this is unknown. */
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
