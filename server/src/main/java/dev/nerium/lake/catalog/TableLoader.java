package dev.nerium.lake.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.PinnedTable;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Loads tables, always fresh: a table that was loaded before costs one query of the catalog, and its metadata file is read
 * again only when the catalog points to another one. Thread-safe.
 */
public final class TableLoader {
    private final Catalogs catalogs;
    private final Cache<TableName, Loaded> loaded =
            Caffeine.newBuilder().maximumSize(1_000).build();

    public TableLoader(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /** @throws NoSuchTableException if there is no such table (or namespace) */
    public PinnedTable pin(TableName name) {
        return entry(name).current().orElseGet(() -> {
            // Dropped, or dropped and created again under the same name.
            loaded.invalidate(name);
            return entry(name).current().orElseThrow(() -> new NoSuchTableException("%s", name));
        });
    }

    public static TableIdentifier identifier(TableName name) {
        return TableIdentifier.of(namespace(name.namespace()), name.table());
    }

    /** The levels of a namespace are divided by dots. */
    public static Namespace namespace(String name) {
        String[] levels = name.split("\\.", -1);
        return List.of(levels).contains("") ? Namespace.of(name) : Namespace.of(levels);
    }

    private Loaded entry(TableName name) {
        return loaded.get(name, unseen -> new Loaded(name, catalogs.of(name)));
    }

    /** Guards one table's operations, which are not thread-safe, while they refresh. */
    private static final class Loaded {
        private final TableName name;
        private final LakeCatalog catalog;
        private TableOperations operations;
        private PinnedTable pinned;

        Loaded(TableName name, LakeCatalog catalog) {
            this.name = name;
            this.catalog = catalog;
            this.operations = ((HasTableOperations) catalog.loadTable(identifier(name))).operations();
            this.pinned = pinned(operations.current());
        }

        synchronized Optional<PinnedTable> current() {
            TableMetadata metadata;
            try {
                operations = catalog.fresh(identifier(name), operations);
                metadata = operations.current();
            } catch (NoSuchTableException | IllegalStateException e) {
                return Optional.empty();
            }
            if (metadata == null) {
                // Iceberg throws for the first run that finds a table dropped, and has no metadata for the next ones.
                return Optional.empty();
            }
            if (!pinned.metadataLocation().equals(metadata.metadataFileLocation())
                    || !pinned.table().io().equals(operations.io())) {
                pinned = pinned(metadata);
            }
            return Optional.of(pinned);
        }

        private PinnedTable pinned(TableMetadata metadata) {
            Table table = new BaseTable(new StaticTableOperations(metadata, operations.io()), name.toString());
            return PinnedTable.current(name, table, metadata.metadataFileLocation());
        }
    }
}
