package dev.nerium.cli.client;

import dev.nerium.lake.name.TableName;

/** The path of a table in the API. */
public final class ClientTablePath {
    private ClientTablePath() {}

    /** @param version of the API: {@code v1} */
    public static String of(String version, TableName name) {
        return "/api/%s/catalogs/%s/namespaces/%s/tables/%s"
                .formatted(version, UrlPart.of(name.catalog()), UrlPart.of(name.namespace()), UrlPart.of(name.table()));
    }
}
