package dev.nerium.cli.client;

import dev.nerium.lake.name.TableName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The path of a table in the API. */
public final class ClientTablePath {
    private ClientTablePath() {}

    /** @param version of the API: {@code v1} */
    public static String of(String version, TableName name) {
        return "/api/%s/catalogs/%s/namespaces/%s/tables/%s"
                .formatted(version, encode(name.catalog()), encode(name.namespace()), encode(name.table()));
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
