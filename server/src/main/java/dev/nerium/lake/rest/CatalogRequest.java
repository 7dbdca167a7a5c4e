package dev.nerium.lake.rest;

import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One request.
 *
 * @param path its variables, decoded
 * @param body empty where the operation has none
 * @param ifNoneMatch the tag of what the client has
 */
public record CatalogRequest(
        Map<String, String> path, Map<String, String> query, String body, Optional<String> ifNoneMatch) {
    /** Between the levels of a namespace. */
    private static final String SEPARATOR = "\u001F";

    public CatalogRequest {
        path = Map.copyOf(path);
        query = Map.copyOf(query);
    }

    String catalog() {
        return variable("prefix");
    }

    Namespace namespace() {
        return Namespace.of(variable("namespace").split(SEPARATOR, -1));
    }

    Namespace parent() {
        String parent = query.getOrDefault("parent", "");
        return parent.isEmpty() ? Namespace.empty() : Namespace.of(parent.split(SEPARATOR, -1));
    }

    TableIdentifier table() {
        return TableIdentifier.of(namespace(), variable("table"));
    }

    TableIdentifier view() {
        return TableIdentifier.of(namespace(), variable("view"));
    }

    Optional<String> pageSize() {
        return Optional.ofNullable(query.get("pageSize"));
    }

    String pageToken() {
        return query.getOrDefault("pageToken", "");
    }

    boolean purge() {
        return Boolean.parseBoolean(query.get("purgeRequested"));
    }

    private String variable(String name) {
        return path.getOrDefault(name, "");
    }
}
