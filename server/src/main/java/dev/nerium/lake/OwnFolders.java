package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.List;
import org.apache.iceberg.TableMetadata;

/**
 * The folders of one table, in which alone its files are deleted. Metadata may name any file as the table's, and another
 * table's with it: it comes from whoever may commit.
 */
record OwnFolders(TableFiles files, LocalFolders folders, ObjectFolders objects) {

    static OwnFolders of(TableFiles files, TableMetadata metadata) {
        return of(files, TableFolders.locations(metadata.location(), metadata.properties()));
    }

    static OwnFolders of(TableFiles files, List<String> locations) {
        return new OwnFolders(
                files,
                new LocalFolders(locations.stream()
                        .filter(location -> !ObjectFolders.isObject(location))
                        .map(files::place)
                        .toList()),
                new ObjectFolders(
                        locations.stream().filter(ObjectFolders::isObject).toList()));
    }

    /** Fails where a file lies elsewhere. */
    void require(String location) {
        boolean inside = ObjectFolders.isObject(location)
                ? objects.contains(location)
                : folders.contains(files.place(location).toString());
        if (!inside) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The file " + location + " lies outside of the table's own folders: it is not deleted.",
                    "Where nothing else needs it, remove it by hand.");
        }
    }
}
