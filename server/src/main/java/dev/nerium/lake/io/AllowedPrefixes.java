package dev.nerium.lake.io;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folders of object stores in which the files of a catalog's tables may lie, as {@link AllowedFolders} are of this machine. A
 * store has no links. Thread-safe.
 */
public final class AllowedPrefixes {
    private final List<String> roots;

    /** @param folders such as {@code s3://bucket/prefix} */
    public AllowedPrefixes(List<String> folders) {
        this.roots = folders.stream().map(AllowedPrefixes::folder).toList();
    }

    /** Whether a location is an object's, and no file's of this machine. */
    public static boolean isObject(String location) {
        return !location.startsWith("/") && !location.startsWith("file:") && location.indexOf("://") > 0;
    }

    /** The location, by the one name that a store has for it. */
    static String normal(String location) {
        int end = location.indexOf("://");
        String scheme = location.substring(0, end).toLowerCase(Locale.ROOT);
        return (Set.of("s3a", "s3n").contains(scheme) ? "s3" : scheme) + location.substring(end);
    }

    boolean contains(String location) {
        String normal = normal(location);
        boolean climbs = Stream.of(normal.split("/")).anyMatch(Set.of(".", "..")::contains);
        return !climbs && roots.stream().anyMatch(folder(normal)::startsWith);
    }

    void require(String location) {
        if (!contains(location)) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The location " + location + " is outside of the folders of its catalog.",
                    "If this is intended, the operator adds the folder to folders of the catalog.");
        }
    }

    private static String folder(String location) {
        String normal = normal(location);
        return normal.endsWith("/") ? normal : normal + "/";
    }
}
