package dev.nerium.lake.rest;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.catalog.NamedClasses;
import dev.nerium.lake.catalog.OtherTables;
import dev.nerium.lake.catalog.PropertyValues;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.io.AllowedFolders;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.TableFolders;
import dev.nerium.lake.name.QualifiedNameParser;
import dev.nerium.lake.name.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A catalog of the lake for other engines: Iceberg's interfaces, with the table locks and the folder checks of the lake. Its types
 * are used only in packages below {@code dev.nerium.lake}. Thread-safe.
 */
public final class ServedCatalog {
    private final String name;
    private final EmbeddedCatalog catalog;
    private final TableLoader loader;
    private final TableLocks turns;
    private final AllowedFolders folders;
    private final AllowedFolders reserved;
    private final Consumer<TableName> requireNotSystemTable;
    private final Predicate<TableName> isServers;

    public ServedCatalog(
            String name,
            EmbeddedCatalog catalog,
            TableLoader loader,
            TableLocks turns,
            AllowedFolders folders,
            Consumer<TableName> requireNotSystemTable,
            Predicate<TableName> isServers) {
        this.isServers = isServers;
        this.name = name;
        this.catalog = catalog;
        this.loader = loader;
        this.turns = turns;
        this.folders = folders;
        this.reserved = folders.of(LocalFileIO.path(catalog.info().properties().getOrDefault("warehouse", ""))
                .resolve(EmbeddedCatalog.TELEMETRY));
        this.requireNotSystemTable = requireNotSystemTable;
    }

    public String name() {
        return name;
    }

    public EmbeddedCatalog catalog() {
        return catalog;
    }

    /** A table's current metadata, read again only if the catalog points to another file. */
    public TableMetadata load(TableIdentifier table) {
        Table pinned = loader.pin(tableName(table)).table();
        return ((HasTableOperations) pinned).operations().current();
    }

    /** A metadata file that is not a table's yet. */
    public TableMetadata read(String metadataLocation) {
        requireAllowed("metadata-location", metadataLocation);
        try {
            return TableMetadataParser.read(new LocalFileIO(folders), metadataLocation);
        } catch (RuntimeException e) {
            throw NeriumException.invalid(
                    "metadata-location is '" + metadataLocation + "', which is not a readable metadata file.");
        }
    }

    /** Engines that are used to object stores write into a new table without making its folders. */
    public void makeFolders(String location) {
        try {
            Path folder = folders.requireWritable(location);
            Files.createDirectories(folder.resolve("data"));
            Files.createDirectories(folder.resolve("metadata"));
        } catch (IOException e) {
            throw new UncheckedIOException("The folders of " + location + " can't be made", e);
        }
    }

    /** Changes tables or views while no other commit of this server to them is under way. */
    public <T> T withTableLock(Supplier<T> change, TableIdentifier... tables) {
        Supplier<T> queued = change;
        // Always in the same order: two that wait for each other's would wait for ever.
        for (TableName table : Stream.of(tables)
                .map(this::tableName)
                .distinct()
                .sorted(Comparator.comparing(TableName::toString))
                .toList()) {
            Supplier<T> inner = queued;
            queued = () -> turns.withLock(table, inner);
        }
        return queued.get();
    }

    /** Fails where the catalog's tables may have no file there. */
    public void requireAllowed(String what, String location) {
        if (!folders.contains(location) || reserved.contains(location) || reserved.contains(location + "/any")) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "%s is '%s', which is outside of the folders of the catalog '%s'.".formatted(what, location, name));
        }
    }

    /** Checks the properties with locations of files; none may name a class, or have an invalid value. */
    public void requireAllowed(Map<String, String> properties) {
        NamedClasses.refuse(properties);
        PropertyValues.require(properties);
        TableFolders.PROPERTIES.stream()
                .filter(properties::containsKey)
                .forEach(key -> requireAllowed(key, String.valueOf(properties.get(key))));
    }

    /** Fails where a table or a view may not have its files there. */
    public void requireFree(TableIdentifier table, List<String> location, Map<String, String> properties) {
        List<String> locations = TableFolders.locations(location, properties);
        if (!locations.isEmpty()) {
            catalog.taken().requireFree(table, locations);
        }
    }

    /** All tables but one. */
    public OtherTables besides(TableIdentifier table) {
        return catalog.taken().besides(table);
    }

    /** Fails where a file that a table's metadata names may not be its own. */
    public void requireOwn(OtherTables others, String what, String location) {
        requireAllowed(what, location);
        others.requireNotOf(what, location);
    }

    /** Fails where a snapshot has a list of manifests that can't be read, or manifests that may not be the table's own. */
    public void requireOwn(OtherTables others, Snapshot snapshot) {
        String list = snapshot.manifestListLocation();
        if (list != null) {
            requireOwn(others, "manifest-list", list);
        }
        List<ManifestFile> manifests;
        try {
            manifests = snapshot.allManifests(new LocalFileIO(folders));
        } catch (RuntimeException | StackOverflowError e) {
            throw NeriumException.invalid("manifest-list is '" + list + "', which is not a readable manifest list.");
        }
        manifests.forEach(manifest -> requireOwn(others, "manifest-path", manifest.path()));
    }

    /** Fails where a data file or a delete file of a snapshot may not be the table's own. */
    void requireOwnFiles(OtherTables others, Snapshot snapshot) {
        LocalFileIO io = new LocalFileIO(folders);
        for (ManifestFile manifest : snapshot.allManifests(io)) {
            try (CloseableIterable<? extends ContentFile<?>> files = manifest.content() == ManifestContent.DATA
                    ? ManifestFiles.read(manifest, io, null)
                    : ManifestFiles.readDeleteManifest(manifest, io, null)) {
                files.forEach(file -> requireOwn(others, "file-path", file.location()));
            } catch (IOException e) {
                throw new UncheckedIOException("The manifest " + manifest.path() + " can't be closed", e);
            } catch (NeriumException e) {
                throw e;
            } catch (RuntimeException e) {
                throw NeriumException.invalid(
                        "manifest-path is '" + manifest.path() + "', which is not a readable manifest.");
            }
        }
    }

    /** Fails where the tables of a namespace are the server's own. */
    public void requireNotSystemTable(Namespace namespace) {
        requireNotSystemTable.accept(tableName(TableIdentifier.of(namespace, "*")));
    }

    /** Whether a table is the server's own. */
    public boolean isServers(TableIdentifier table) {
        return isServers.test(tableName(table));
    }

    /** Fails unless a new table or view has a namespace to be in. */
    public void requireExists(Namespace namespace) {
        if (!catalog.namespaceExists(namespace)) {
            throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
        }
    }

    /** Levels are divided by dots where they are stored, so a dot within one would make it two. */
    public static void requireLevels(Namespace namespace) {
        for (String level : namespace.levels()) {
            if (level.contains(".")) {
                throw NeriumException.invalid(
                        "The namespace level '%s' has a dot, which divides levels in this catalog: name the levels %s."
                                .formatted(
                                        level,
                                        Stream.of(level.split("\\.", -1))
                                                .map(part -> "'" + part + "'")
                                                .toList()));
            }
        }
    }

    /** Names become folders. */
    public void requireName(Namespace namespace, String... names) {
        requireLevels(namespace);
        Stream.concat(Stream.of(namespace.levels()), Stream.of(names)).forEach(QualifiedNameParser::requirePart);
    }

    private TableName tableName(TableIdentifier table) {
        return new TableName(name, String.join(".", table.namespace().levels()), table.name());
    }
}
