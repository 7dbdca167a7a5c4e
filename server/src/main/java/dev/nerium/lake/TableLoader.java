package dev.nerium.lake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
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
        return entry(name).current().orElseGet(() -> {
            // Dropped, or dropped and made anew under the same name.
            loaded.invalidate(identifier(name));
            return entry(name).current().orElseThrow(() -> new NoSuchTableException("%s", name));
        });
    }

    static TableIdentifier identifier(TableName name) {
        return TableIdentifier.of(Namespace.of(name.namespace()), name.table());
    }

    private Loaded entry(TableName name) {
        return loaded.get(identifier(name), identifier -> new Loaded(name, catalog.loadTable(identifier)));
    }

    /** Guards one table's operations, which are not thread-safe, while they refresh. */
    private static final class Loaded {
        private final TableName name;
        private final TableOperations operations;
        private PinnedTable pinned;

        Loaded(TableName name, Table table) {
            this.name = name;
            this.operations = ((HasTableOperations) table).operations();
            this.pinned = pinned(operations.current());
        }

        synchronized Optional<PinnedTable> current() {
            TableMetadata metadata;
            try {
                metadata = operations.refresh();
            } catch (NoSuchTableException | IllegalStateException e) {
                return Optional.empty();
            }
            if (!pinned.metadataLocation().equals(metadata.metadataFileLocation())) {
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
