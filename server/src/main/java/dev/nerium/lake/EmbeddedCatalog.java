package dev.nerium.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * The built-in lake: Iceberg's JDBC catalog on a SQLite file, and a warehouse folder beside it. PyIceberg's
 * {@code SqlCatalog} can open both.
 */
public final class EmbeddedCatalog extends JdbcCatalog {
    private final CatalogFile file;
    private final TableFiles files;

    private EmbeddedCatalog(CatalogFile file, TableFiles files) {
        super(properties -> new FileWatch.Watched(files), null, true);
        this.file = file;
        this.files = files;
    }

    static EmbeddedCatalog open(String name, Path home, TableFiles files) {
        Path folder = home.resolve("lake");
        Path database = folder.resolve("catalog.db");
        try {
            Files.createDirectories(warehouse(home));
            if (!Files.exists(database)) {
                Files.createFile(database);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The lake's folder " + folder + " can't be made", e);
        }
        EmbeddedCatalog catalog = new EmbeddedCatalog(CatalogFile.opened(database), files);
        catalog.initialize(
                name,
                Map.of(
                        CatalogProperties.URI,
                        "jdbc:sqlite:" + database + "?journal_mode=WAL&busy_timeout=10000",
                        CatalogProperties.WAREHOUSE_LOCATION,
                        warehouse(home).toString(),
                        "jdbc.schema-version",
                        "V1"));
        for (String namespace : List.of("default", "telemetry")) {
            if (!catalog.namespaceExists(Namespace.of(namespace))) {
                catalog.createNamespace(Namespace.of(namespace));
            }
        }
        return catalog;
    }

    /** The folder below which its tables lie, unless they say otherwise. */
    String warehouse() {
        return properties().getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "");
    }

    static Path warehouse(Path home) {
        return home.resolve("lake").resolve("warehouse");
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
        return new LakeOperations(super.newTableOps(table), table, new NotedFileIO(files), file);
    }
}
