package dev.nerium.lake.rest;

import java.util.Optional;
import org.apache.iceberg.rest.RESTResponse;

/** Replies of Iceberg's own messages. */
final class Replies {
    private static final int OK = 200;

    private Replies() {}

    static CatalogResponse of(RESTResponse response) {
        return of(response, Optional.empty());
    }

    static CatalogResponse of(RESTResponse response, Optional<String> tag) {
        return new CatalogResponse(OK, tag, Optional.of(RestJson.write(response)));
    }
}
