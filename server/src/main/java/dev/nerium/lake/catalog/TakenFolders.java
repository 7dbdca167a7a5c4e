package dev.nerium.lake.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.CanonicalPaths;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The folders of the embedded catalog that are taken: by its tables and views, and by its namespaces for future tables. A table whose files
 * lie among another's could not be purged without harm to it. Thread-safe.
 */
public final class TakenFolders {
    private static final String TABLES =
            "SELECT table_namespace, table_name, metadata_location, iceberg_type FROM iceberg_tables WHERE catalog_name = ?";

    private static final String NAMESPACES = """
        SELECT table_namespace FROM iceberg_tables WHERE catalog_name = ?
        UNION SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = ?\
        """;

    private final String catalog;
    private final CatalogDatabaseFile database;
    private final TableFileIO files;
    private final Path warehouse;
    /** Reads metadata at any path; its content is not shown to clients, only the folders of tables are used. */
    private final LocalFileIO anyFiles = new LocalFileIO();

    /** By the table's name. Only commits of this server move tables, and they update it. */
    private final Cache<String, Known> known =
            Caffeine.newBuilder().maximumSize(100_000).build();

    TakenFolders(String catalog, CatalogDatabaseFile database, TableFileIO files, Path warehouse) {
        this.catalog = catalog;
        this.database = database;
        this.files = files;
        this.warehouse = warehouse;
    }

    /** A table or a view, and its metadata file as the catalog has it. */
    private record Row(String table, String metadataLocation, boolean isView) {
        String metadataFolder() {
            return metadataLocation.substring(0, metadataLocation.lastIndexOf('/') + 1);
        }
    }

    /** The folders of the table whose metadata is in this folder. */
    private record Known(String metadataFolder, TableFolders folders) {}

    /** Fails unless a table may have its files there. */
    public void requireFree(TableIdentifier table, List<String> locations) {
        TableFolders folders = TableFolders.of(files, locations);
        conflict(table, folders).or(() -> overlap(table, folders)).ifPresent(why -> {
            throw NeriumException.invalid(why + " Choose a folder of the table's own.");
        });
    }

    boolean isFree(TableIdentifier table, String location) {
        TableFolders folders = TableFolders.of(files, List.of(location));
        return conflict(table, folders).or(() -> overlap(table, folders)).isEmpty();
    }

    /** Fails where another table has files among those of this one. */
    void requireApart(TableIdentifier table, TableFolders folders) {
        overlap(table, folders).ifPresent(why -> {
            throw NeriumException.invalid(why + " Drop the table without its files.");
        });
    }

    /** By their names. */
    public OtherTables besides(TableIdentifier table) {
        return new OtherTables(
                table.toString(),
                files,
                () -> others(table).collect(Collectors.toMap(Row::table, this::folders, (first, _) -> first)));
    }

    /** Fails where the folder of a namespace would lie in that of a table. */
    void requireFree(Namespace namespace) {
        Path folder = folder(namespace.toString());
        for (Row row : rows()) {
            if (folders(row).holds(folder)) {
                throw NeriumException.invalid(
                        "The namespace '%s' has its tables in %s, which is in the folder of a table: choose another name."
                                .formatted(namespace, folder));
            }
        }
    }

    /** The location of a table whose metadata may be damaged. */
    Optional<TableFolders> find(TableIdentifier table) {
        return rows().stream()
                .filter(row -> row.table().equals(table.toString()))
                .map(this::folders)
                .findFirst();
    }

    /** The table's locations changed. */
    void forget(TableIdentifier table) {
        known.invalidate(table.toString());
    }

    private Optional<String> overlap(TableIdentifier table, TableFolders folders) {
        return others(table)
                .flatMap(row -> folders
                        .overlap(folders(row))
                        .map(own ->
                                "The folder %s of the table %s would contain files of another table, or be among them."
                                        .formatted(own, table))
                        .stream())
                .findFirst();
    }

    private Stream<Row> others(TableIdentifier table) {
        return rows().stream().filter(row -> !row.table().equals(table.toString()));
    }

    private Optional<String> conflict(TableIdentifier table, TableFolders folders) {
        List<String> namespaces = namespaces();
        String own = table.namespace().toString();
        for (Path root : folders.roots()) {
            for (String namespace : namespaces) {
                if (folder(namespace).startsWith(root)) {
                    return Optional.of("The folder %s of the table %s would contain the tables of another namespace."
                            .formatted(root, table));
                }
            }
            Optional<String> around = namespaces.stream()
                    .filter(namespace -> root.startsWith(folder(namespace)))
                    .max(Comparator.comparingInt(namespace -> folder(namespace).getNameCount()));
            if (around.filter(namespace -> !namespace.equals(own)).isPresent()) {
                return Optional.of(
                        "The folder %s of the table %s would be in that of another namespace.".formatted(root, table));
            }
        }
        return Optional.empty();
    }

    private Path folder(String namespace) {
        Path folder = warehouse;
        for (String level : namespace.split("\\.", -1)) {
            folder = folder.resolve(level);
        }
        return CanonicalPaths.folder(folder);
    }

    private TableFolders folders(Row row) {
        Known found = known.get(row.table(), unseen -> read(row));
        if (!found.metadataFolder().equals(row.metadataFolder())) {
            found = read(row);
            known.put(row.table(), found);
        }
        return found.folders();
    }

    private Known read(Row row) {
        if (row.isView()) {
            return new Known(row.metadataFolder(), around(row));
        }
        try {
            TableMetadata metadata = TableMetadataParser.read(
                    anyFiles, files.place(row.metadataLocation()).toString());
            return new Known(
                    row.metadataFolder(),
                    TableFolders.of(files, TableFolders.locations(metadata.location(), metadata.properties())));
        } catch (RuntimeException e) {
            // The metadata of a table that is broken lies in its folder, too.
            return new Known("", around(row));
        }
    }

    /** The folder around that of the metadata. */
    private TableFolders around(Row row) {
        Path folder = files.place(row.metadataFolder());
        Path parent = folder.getParent();
        Path place = folder.endsWith("metadata") && parent != null ? parent : folder;
        return new TableFolders(Set.copyOf(CanonicalPaths.find(place).stream().toList()));
    }

    private List<Row> rows() {
        return select(
                TABLES,
                1,
                row -> new Row(
                        row.getString(1) + "." + row.getString(2), row.getString(3), "VIEW".equals(row.getString(4))));
    }

    private List<String> namespaces() {
        return select(NAMESPACES, 2, row -> row.getString(1));
    }

    /** Reads one row. */
    private interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> select(String sql, int parameters, Reading<T> reading) {
        database.requireInPlace();
        try (Connection connection = DriverManager.getConnection(database.uri());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 1; i <= parameters; i++) {
                statement.setString(i, catalog);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reading.read(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new NeriumException(
                    ErrorCode.CATALOG_ERROR,
                    "The catalog failed: the folders of its tables are unknown.",
                    String.valueOf(e.getMessage()),
                    e);
        }
    }
}
