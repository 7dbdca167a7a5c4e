package dev.nerium.lake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Loads tables, always fresh: a table that was loaded before costs one query of the catalog, and its metadata file is read
 * again only when the catalog points to another one. Thread-safe.
 */
final class TableLoader {
    private final Catalog catalog;
    private final Cache<TableIdentifier, Loaded> loaded =
            Caffeine.newBuilder().maximumSize(1_000).build();

    TableLoader(Catalog catalog) {
        this.catalog = catalog;
    }

    /** @throws NoSuchTableException if there is no such table (or namespace) */
    PinnedTable pin(TableName name) {
        TableIdentifier identifier = identifier(name);
        Loaded entry = loaded.get(identifier, key -> new Loaded(catalog.loadTable(key)));
        return entry.current(name).orElseGet(() -> {
            // Dropped, or dropped and made anew under the same name.
            loaded.invalidate(identifier);
            return loaded.get(identifier, key -> new Loaded(catalog.loadTable(key)))
                    .current(name)
                    .orElseThrow(() -> new NoSuchTableException("%s", name));
        });
    }

    static TableIdentifier identifier(TableName name) {
        return TableIdentifier.of(Namespace.of(name.namespace()), name.table());
    }

    /** Guards one table's operations, which are not thread-safe, while they refresh. */
    private static final class Loaded {
        private final TableOperations operations;
        private PinnedTable pinned;

        Loaded(Table table) {
            this.operations = ((HasTableOperations) table).operations();
            this.pinned = pinned(new TableName("", "", ""), operations.current());
        }

        synchronized java.util.Optional<PinnedTable> current(TableName name) {
            TableMetadata metadata;
            try {
                metadata = operations.refresh();
            } catch (NoSuchTableException | IllegalStateException e) {
                return java.util.Optional.empty();
            }
            if (!pinned.metadataLocation().equals(metadata.metadataFileLocation())
                    || !pinned.name().equals(name)) {
                pinned = pinned(name, metadata);
            }
            return java.util.Optional.of(pinned);
        }

        private PinnedTable pinned(TableName name, TableMetadata metadata) {
            Table table = new BaseTable(new StaticTableOperations(metadata, operations.io()), name.toString());
            return new PinnedTable(name, table, metadata.metadataFileLocation());
        }
    }
}
