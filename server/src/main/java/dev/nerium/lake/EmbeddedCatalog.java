package dev.nerium.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * The built-in lake: Iceberg's JDBC catalog on a SQLite file, and a warehouse folder beside it. PyIceberg's
 * {@code SqlCatalog} can open both.
 */
final class EmbeddedCatalog {
    private EmbeddedCatalog() {}

    static JdbcCatalog open(String name, Path home) {
        Path folder = home.resolve("lake");
        try {
            Files.createDirectories(folder.resolve("warehouse"));
        } catch (IOException e) {
            throw new UncheckedIOException("The lake's folder " + folder + " can't be made", e);
        }
        JdbcCatalog catalog = new JdbcCatalog(properties -> new LocalFileIO(), null, true);
        catalog.initialize(
                name,
                Map.of(
                        CatalogProperties.URI,
                        "jdbc:sqlite:" + folder.resolve("catalog.db") + "?journal_mode=WAL&busy_timeout=10000",
                        CatalogProperties.WAREHOUSE_LOCATION,
                        folder.resolve("warehouse").toString(),
                        "jdbc.schema-version",
                        "V1"));
        for (String namespace : List.of("default", "telemetry")) {
            if (!catalog.namespaceExists(Namespace.of(namespace))) {
                catalog.createNamespace(Namespace.of(namespace));
            }
        }
        return catalog;
    }
}
