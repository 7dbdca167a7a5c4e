package dev.nerium.lake.rest;

import java.util.Optional;

/**
 * What a client gets.
 *
 * @param tag of this very version of a table
 * @param json empty where there is nothing to say
 */
public record CatalogReply(int status, Optional<String> tag, Optional<String> json) {
    private static final int DONE = 204;

    static final CatalogReply NOTHING = new CatalogReply(DONE, Optional.empty(), Optional.empty());

    static CatalogReply unchanged(String tag) {
        return new CatalogReply(304, Optional.of(tag), Optional.empty());
    }

    /** A failure in Iceberg's form. */
    public static CatalogReply failure(int status, String type, String message) {
        return new CatalogReply(status, Optional.empty(), Optional.of(RestJson.error(status, type, message)));
    }
}
