package dev.nerium.lake.io;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.List;
import org.apache.iceberg.TableMetadata;

/**
 * The folders of one table, in which alone its files are deleted. Metadata may name any file as the table's, and another
 * table's with it: it comes from whoever may commit.
 */
public record OwnFolders(TableFileIO files, AllowedFolders folders, AllowedPrefixes objects) {

    static OwnFolders of(TableFileIO files, TableMetadata metadata) {
        return of(files, TableFolders.locations(metadata.location(), metadata.properties()));
    }

    public static OwnFolders of(TableFileIO files, List<String> locations) {
        return new OwnFolders(
                files,
                new AllowedFolders(locations.stream()
                        .filter(location -> !AllowedPrefixes.isObject(location))
                        .map(files::place)
                        .toList()),
                new AllowedPrefixes(
                        locations.stream().filter(AllowedPrefixes::isObject).toList()));
    }

    /** Fails where a file lies elsewhere. */
    public void require(String location) {
        boolean inside = AllowedPrefixes.isObject(location)
                ? objects.contains(location)
                : folders.contains(files.place(location).toString());
        if (!inside) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The file " + location + " is outside of the table's own folders: it is not deleted.",
                    "If nothing else needs it, remove it manually.");
        }
    }
}
