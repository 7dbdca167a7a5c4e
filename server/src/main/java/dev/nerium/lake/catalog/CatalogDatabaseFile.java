package dev.nerium.lake.catalog;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The file of the embedded catalog, as it was when the server opened it. SQLite goes on writing to a file that was removed or
 * replaced, and its responses are then lost with the process.
 */
record CatalogDatabaseFile(Path path, String key) {

    static CatalogDatabaseFile opened(Path path) {
        return new CatalogDatabaseFile(path, key(path));
    }

    /** As JDBC names it. */
    String uri() {
        return "jdbc:sqlite:" + path + "?journal_mode=WAL&busy_timeout=10000";
    }

    void requireInPlace() {
        if (!key(path).equals(key)) {
            throw new NeriumException(
                    ErrorCode.CATALOG_ERROR,
                    "The catalog's file " + path
                            + " was removed or replaced while the server ran: restore the original"
                            + " file, or restart the server to use the present one.");
        }
    }

    private static String key(Path path) {
        try {
            // Device and inode.
            return String.valueOf(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return "(missing)";
        }
    }
}
