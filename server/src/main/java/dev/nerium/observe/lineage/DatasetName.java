package dev.nerium.observe.lineage;

import dev.nerium.error.PlainText;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A dataset's name by OpenLineage's naming conventions: a table of files is called by where these lie. */
public record DatasetName(String namespace, String name) {
    private static final Pattern BUCKET = Pattern.compile("(?<store>[a-z0-9+]+://[^/]+)/(?<key>.*)");

    /** A file, or a folder with files, of this machine. */
    static DatasetName ofFile(Path place) {
        return new DatasetName("file", PlainText.of(place.toString()));
    }

    /** @param location of an Iceberg table: a path, a {@code file:} URI, or that of an object store */
    static DatasetName ofLocation(String location) {
        String place = location.replaceAll("/+$", "");
        Matcher bucket = BUCKET.matcher(place);
        return !place.startsWith("file:") && bucket.matches()
                ? new DatasetName(bucket.group("store").replaceFirst("^s3[an]:", "s3:"), bucket.group("key"))
                : new DatasetName("file", place.replaceFirst("^file:/*", "/"));
    }
}
