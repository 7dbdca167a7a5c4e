package dev.nerium.lake.catalog;

import dev.nerium.config.ConfigException;
import dev.nerium.error.NeriumException;
import dev.nerium.error.RootCause;
import dev.nerium.lake.io.MetadataFileTracker;
import dev.nerium.lake.io.OwnFolders;
import dev.nerium.lake.io.RecordingFileIO;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The built-in lake: Iceberg's JDBC catalog on a SQLite file, and a warehouse folder beside it. PyIceberg's
 * {@code SqlCatalog} can open both.
 */
public final class EmbeddedCatalog extends JdbcCatalog implements LakeCatalog {
    /** Its tables are the server's own. */
    public static final String TELEMETRY = "telemetry";

    /** The table of that namespace with the sizes of all tables, whose rows belong to no key. */
    public static final String SIZES = "tables";

    /** The metadata file of a table that the server makes by itself. */
    private static final Pattern OWN_TABLE =
            Pattern.compile("(/.+)/lake/warehouse/(?:telemetry/[^/]+|default/flowers)/metadata/[^/]+");

    private final String name;
    private final CatalogDatabaseFile file;
    private final TableFileIO files;
    private final TakenFolders taken;

    private EmbeddedCatalog(String name, CatalogDatabaseFile file, TableFileIO files, TakenFolders taken) {
        super(properties -> new MetadataFileTracker.Watched(files), null, true);
        this.name = name;
        this.file = file;
        this.files = files;
        this.taken = taken;
    }

    public static EmbeddedCatalog open(String name, Path home, TableFileIO files) {
        Path folder = folder(home);
        Path database = folder.resolve("catalog.db");
        try {
            Files.createDirectories(warehouse(home));
            if (!Files.exists(database)) {
                requireNoTables(database, warehouse(home));
                Files.createFile(database);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The lake's folder " + folder + " can't be made", e);
        }
        try {
            return open(name, home, database, files);
        } catch (NeriumException | ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException("The catalog " + database + " can't be used (" + RootCause.message(e)
                    + "). It has the locations of all tables: restore a copy of it and start again.");
        }
    }

    /** Its tables would be gone without a word. */
    private static void requireNoTables(Path database, Path warehouse) throws IOException {
        try (Stream<Path> files = Files.walk(warehouse)) {
            if (files.anyMatch(file -> file.toString().endsWith(".metadata.json"))) {
                throw new ConfigException("The catalog " + database + " is missing, but " + warehouse
                        + " has tables: restore the catalog, or move the folder away to start without them.");
            }
        }
    }

    private static EmbeddedCatalog open(String name, Path home, Path database, TableFileIO files) {
        CatalogDatabaseFile file = CatalogDatabaseFile.opened(database);
        TakenFolders taken = new TakenFolders(name, file, files, warehouse(home));
        EmbeddedCatalog catalog = new EmbeddedCatalog(name, file, files, taken);
        catalog.initialize(
                name,
                Map.of(
                        CatalogProperties.URI,
                        file.uri(),
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
    public CatalogState state() {
        return CatalogState.UP;
    }

    @Override
    public TableFileIO files(TableIdentifier table) {
        return files;
    }

    /** Iceberg finds the metadata tables of a table below its name, as if it were a namespace; they are none of the catalog. */
    @Override
    public Table loadTable(TableIdentifier table) {
        Table loaded = super.loadTable(table);
        if (!(loaded instanceof BaseTable)) {
            throw new NoSuchTableException("Table does not exist: %s", table);
        }
        return loaded;
    }

    @Override
    public boolean hasView(TableIdentifier view) {
        return viewExists(view);
    }

    @Override
    public boolean tableExists(TableIdentifier table) {
        return super.tableExists(table);
    }

    @Override
    public Optional<TableFolders> folders(TableIdentifier table) {
        return taken.find(table);
    }

    /** One query of the database, and a look at the metadata file where it is another one. */
    @Override
    public TableOperations fresh(TableIdentifier table, TableOperations loaded) {
        loaded.refresh();
        return loaded;
    }

    @Override
    public Transaction newTable(TableIdentifier table, TableDefinition definition) {
        return buildTable(table, definition.schema())
                .withPartitionSpec(definition.spec())
                .withSortOrder(definition.order())
                .withProperties(definition.properties())
                .createTransaction();
    }

    @Override
    public void createNamespace(Namespace namespace) {
        createNamespace(namespace, Map.of());
    }

    /** The view's metadata file goes with it, where it lies in the view's own folder. */
    @Override
    public boolean dropView(TableIdentifier view) {
        if (!viewExists(view)) {
            return false;
        }
        OwnFolders own = OwnFolders.of(files, List.of(loadView(view).location()));
        return new MetadataFileTracker(location -> {}, own::require).during(() -> super.dropView(view));
    }

    @Override
    public void saveView(TableIdentifier view, ViewDefinition definition, boolean replaces) {
        ViewBuilder builder = LakeCatalog.describe(buildView(view), definition);
        View _ = replaces ? builder.replace() : builder.create();
    }

    /** The folders of its tables. */
    public TakenFolders taken() {
        return taken;
    }

    /** Fails where its tables would lie among the files of a table. */
    @Override
    public void createNamespace(Namespace namespace, Map<String, String> properties) {
        taken.requireFree(namespace);
        super.createNamespace(namespace, properties);
    }

    /** A table that was renamed still has the folder of its first name. */
    @Override
    protected String defaultWarehouseLocation(TableIdentifier table) {
        String usual = super.defaultWarehouseLocation(table);
        return taken.isFree(table, usual)
                ? usual
                : usual + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Fails if the files of a purged table can't be distinguished from those of another table. */
    @Override
    public boolean dropTable(TableIdentifier table, boolean purge) {
        if (purge) {
            taken.find(table).ifPresent(folders -> taken.requireApart(table, folders));
        }
        boolean dropped = super.dropTable(table, purge);
        taken.forget(table);
        return dropped;
    }

    private void place(TableIdentifier table, @Nullable TableMetadata base, TableMetadata metadata, Runnable commit) {
        if (base != null && !Objects.equals(base.uuid(), metadata.uuid())) {
            throw NeriumException.invalid("The table %s has the UUID %s and keeps it: the commit gives it %s."
                    .formatted(table, base.uuid(), metadata.uuid()));
        }
        List<String> locations = TableFolders.locations(metadata.location(), metadata.properties());
        if (base != null && locations.equals(TableFolders.locations(base.location(), base.properties()))) {
            commit.run();
            return;
        }
        synchronized (taken) {
            taken.requireFree(table, locations);
            commit.run();
            taken.forget(table);
        }
    }

    /** The lake's folder. A new one is closed to other accounts: the workers', too, to which files go by links. */
    public static Path folder(Path home) {
        Path folder = home.resolve("lake");
        try {
            if (!Files.exists(folder)) {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("The lake's folder " + folder + " can't be made", e);
        }
    }

    /** The former path of a home, found in the metadata of the server's own tables; empty if it has not changed. */
    public static Optional<Path> formerHome(Path home) {
        Path database = home.resolve("lake").resolve("catalog.db");
        if (!Files.exists(database)) {
            return Optional.empty();
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database + "?busy_timeout=10000");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select metadata_location from iceberg_tables"
                        + " where table_namespace = 'telemetry' or table_name = 'flowers'")) {
            while (rows.next()) {
                Matcher own = OWN_TABLE.matcher(rows.getString(1));
                if (own.matches() && !Path.of(own.group(1)).equals(home)) {
                    return Optional.of(Path.of(own.group(1)));
                }
            }
            return Optional.empty();
        } catch (SQLException e) {
            // A database without tables, or one for which the catalog reports a better error.
            return Optional.empty();
        }
    }

    public static Path warehouse(Path home) {
        return home.resolve("lake").resolve("warehouse");
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
        return new LakeTableOperations(
                super.newTableOps(table),
                table,
                new RecordingFileIO(files),
                file::requireInPlace,
                (base, metadata, commit) -> place(table, base, metadata, commit));
    }
}
