package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.nio.file.Path;
import java.util.List;
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
record TableFolders(Set<Path> roots) {

    static TableFolders of(Table table) {
        List<Path> named = Stream.of(
                        table.location(),
                        table.properties().get(TableProperties.WRITE_DATA_LOCATION),
                        table.properties().get(TableProperties.WRITE_METADATA_LOCATION))
                .filter(location -> location != null && !ObjectFolders.isObject(location))
                .map(location -> RealPaths.folder(LocalFileIO.path(location)))
                .toList();
        return new TableFolders(named.stream()
                .filter(folder -> named.stream().noneMatch(other -> !folder.equals(other) && folder.startsWith(other)))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** Fails where the other table may have files among this one's. */
    void requireApart(TableFolders other, String otherName) {
        for (Path root : roots) {
            for (Path foreign : other.roots) {
                if (root.startsWith(foreign) || foreign.startsWith(root)) {
                    throw refusal("the table " + otherName + " has its files in " + foreign + ", and this one in "
                            + root + ": its files would be taken for orphans");
                }
            }
        }
    }

    /** Fails where a table may have files in an object store: their orphans are not looked for. */
    static void requireLocal(Table table) {
        if (ObjectFolders.isObject(table.location())) {
            throw refusal("its location " + table.location()
                    + " is in an object store, whose orphans this version does not remove");
        }
    }

    /** Fails where the table's catalog may have no files. */
    void requireAllowed(TableFiles files) {
        roots.forEach(root -> files.local(root.toString()));
    }

    /** Fails where a table was given a folder that holds more than a table. */
    void requireNotAround(Path folder) {
        Path real = RealPaths.folder(folder);
        for (Path root : roots) {
            if (real.startsWith(root)) {
                throw refusal("its location " + root + " holds the server's own folder " + real);
            }
        }
    }

    static NeriumException refusal(String why) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE, "Orphans of this table can't be told from other files.", why + ".");
    }
}
