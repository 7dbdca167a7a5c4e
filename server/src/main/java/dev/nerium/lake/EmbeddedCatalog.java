package dev.nerium.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * The built-in lake: Iceberg's JDBC catalog on a SQLite file, and a warehouse folder beside it. PyIceberg's
 * {@code SqlCatalog} can open both.
 */
public final class EmbeddedCatalog extends JdbcCatalog implements LakeCatalog {
    /** Its tables are the server's own. */
    static final String TELEMETRY = "telemetry";

    private final String name;
    private final CatalogFile file;
    private final TableFiles files;

    private EmbeddedCatalog(String name, CatalogFile file, TableFiles files) {
        super(properties -> new FileWatch.Watched(files), null, true);
        this.name = name;
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
        EmbeddedCatalog catalog = new EmbeddedCatalog(name, CatalogFile.opened(database), files);
        catalog.initialize(
                name,
                Map.of(
                        CatalogProperties.URI,
                        "jdbc:sqlite:" + database + "?journal_mode=WAL&busy_timeout=10000",
                        CatalogProperties.WAREHOUSE_LOCATION,
                        warehouse(home).toString(),
                        "jdbc.schema-version",
                        "V1"));
        for (String namespace : List.of("default", TELEMETRY)) {
            if (!catalog.namespaceExists(Namespace.of(namespace))) {
                catalog.createNamespace(Namespace.of(namespace));
            }
        }
        return catalog;
    }

    @Override
    public CatalogInfo info() {
        String warehouse = properties().getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "");
        return new CatalogInfo(name, "jdbc", Map.of("warehouse", warehouse));
    }

    @Override
    public State state() {
        return State.UP;
    }

    @Override
    public TableFiles files(TableIdentifier table) {
        return files;
    }

    @Override
    public boolean tableExists(TableIdentifier table) {
        return super.tableExists(table);
    }

    /** One query of the database, and a look at the metadata file where it is another one. */
    @Override
    public TableOperations fresh(TableIdentifier table, TableOperations loaded) {
        loaded.refresh();
        return loaded;
    }

    @Override
    public Transaction newTable(
            TableIdentifier table, Schema schema, PartitionSpec spec, Map<String, String> properties) {
        return buildTable(table, schema)
                .withPartitionSpec(spec)
                .withProperties(properties)
                .createTransaction();
    }

    @Override
    public void createNamespace(Namespace namespace) {
        createNamespace(namespace, Map.of());
    }

    static Path warehouse(Path home) {
        return home.resolve("lake").resolve("warehouse");
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
        return new LakeOperations(super.newTableOps(table), table, new NotedFileIO(files), file::requireInPlace);
    }
}
