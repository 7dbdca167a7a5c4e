package dev.nerium.lake.io;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/**
 * The folders in which a table keeps its files.
 *
 * @param roots real paths, none inside another
 */
public record TableFolders(Set<Path> roots) {

    /** Properties with the locations of files. */
    public static final List<String> PROPERTIES = List.of(
            TableProperties.WRITE_DATA_LOCATION,
            TableProperties.WRITE_METADATA_LOCATION,
            "write.object-storage.path",
            "write.folder-storage.path");

    public static TableFolders of(Table table) {
        return of((TableFileIO) table.io(), locations(table.location(), table.properties()));
    }

    /** The folders that are on this machine. */
    public static TableFolders of(TableFileIO files, List<String> locations) {
        List<Path> named = locations.stream()
                .filter(location -> !AllowedPrefixes.isObject(location))
                .map(location -> CanonicalPaths.folder(files.place(location)))
                .toList();
        return new TableFolders(named.stream()
                .filter(folder -> named.stream().noneMatch(other -> !folder.equals(other) && folder.startsWith(other)))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** The folders of a table by its metadata. */
    public static List<String> locations(String location, Map<String, String> properties) {
        return locations(List.of(location), properties);
    }

    public static List<String> locations(List<String> location, Map<String, String> properties) {
        return Stream.concat(
                        location.stream(),
                        PROPERTIES.stream()
                                .filter(properties::containsKey)
                                .map(key -> properties.getOrDefault(key, "")))
                .distinct()
                .toList();
    }

    /** Fails where the other table may have files among this one's. */
    public void requireApart(TableFolders other, String otherName) {
        overlap(other).ifPresent(root -> {
            throw refusal("the table " + otherName + " has its files in " + other.roots + ", and this one in " + root
                    + ": its files would be taken for orphans");
        });
    }

    /** A folder that is among those of another table, or that has one of those in it. */
    public Optional<Path> overlap(TableFolders other) {
        return roots.stream()
                .filter(root ->
                        other.roots.stream().anyMatch(foreign -> root.startsWith(foreign) || foreign.startsWith(root)))
                .findFirst();
    }

    /** @param real path of a file or a folder */
    public boolean holds(Path real) {
        return roots.stream().anyMatch(real::startsWith);
    }

    /** Fails where a table may have files in an object store: their orphans are not looked for. */
    public static void requireLocal(Table table) {
        if (AllowedPrefixes.isObject(table.location())) {
            throw refusal("its location " + table.location()
                    + " is in an object store, whose orphans this version does not remove");
        }
    }

    /** Fails where the table's catalog may have no files. */
    public void requireAllowed(TableFileIO files) {
        roots.forEach(root -> files.local(root.toString()));
    }

    /** Fails where a table was given a folder that holds more than a table. */
    public void requireNotAround(Path folder) {
        Path real = CanonicalPaths.folder(folder);
        for (Path root : roots) {
            if (real.startsWith(root)) {
                throw refusal("its location " + root + " contains the server's own folder " + real);
            }
        }
    }

    public static NeriumException refusal(String why) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "Orphans of this table can't be distinguished from other files.",
                why + ".");
    }
}
