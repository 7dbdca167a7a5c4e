package dev.nerium.cli.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.cli.client.ClientTablePath;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.UrlPart;
import dev.nerium.cli.shell.CliException;
import dev.nerium.lake.name.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names in the lake, fetched once until they are forgotten. A server that fails has none. */
final class LakeNames {
    private static final String CATALOGS = "/api/v1/catalogs";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerSession session;
    private final Optional<String> catalog;
    private final Map<String, JsonNode> replies = new HashMap<>();

    /** @param catalog of names that have none; the server's own if absent */
    LakeNames(ServerSession session, Optional<String> catalog) {
        this.session = session;
        this.catalog = catalog;
    }

    /** Statements may have changed the names. */
    void forget() {
        replies.clear();
    }

    /** The catalog of names that have none; empty if the server does not reply. */
    String defaultCatalog() {
        return catalog.or(() -> catalogs().stream().findFirst()).orElse("");
    }

    List<String> catalogs() {
        List<String> names = new ArrayList<>();
        get(CATALOGS)
                .path("registeredCatalogs")
                .forEach(each -> names.add(each.path("name").asText()));
        return names;
    }

    List<String> namespaces(String of) {
        List<String> names = new ArrayList<>();
        get(CATALOGS + "/" + UrlPart.of(of) + "/namespaces")
                .path("namespaces")
                .forEach(each -> names.add(each.asText()));
        return names;
    }

    /** The tables and views of a namespace. */
    List<String> tables(String of, String namespace) {
        List<String> names = new ArrayList<>();
        get(views(of, namespace))
                .path("identifiers")
                .forEach(each -> names.add(each.path("name").asText()));
        get(CATALOGS + "/" + UrlPart.of(of) + "/namespaces/" + UrlPart.of(namespace) + "/tables")
                .path("tables")
                .forEach(each -> names.add(each.path("table").asText()));
        return names;
    }

    /** The columns of a table at its current snapshot, or of a view. */
    List<String> columns(TableName table) {
        JsonNode metadata = get(ClientTablePath.of("v1", table)).path("table");
        return metadata.isMissingNode()
                ? columnsOfView(table)
                : columns(metadata, metadata.path("current-schema-id").asInt());
    }

    private List<String> columnsOfView(TableName view) {
        JsonNode metadata = get(views(view.catalog(), view.namespace()) + "/" + UrlPart.of(view.table()))
                .path("metadata");
        int current = metadata.path("current-version-id").asInt();
        for (JsonNode version : metadata.path("versions")) {
            if (version.path("version-id").asInt() == current) {
                return columns(metadata, version.path("schema-id").asInt());
            }
        }
        return List.of();
    }

    private static List<String> columns(JsonNode metadata, int schemaId) {
        List<String> names = new ArrayList<>();
        for (JsonNode schema : metadata.path("schemas")) {
            if (schema.path("schema-id").asInt() == schemaId) {
                schema.path("fields")
                        .forEach(field -> names.add(field.path("name").asText()));
            }
        }
        return names;
    }

    private static String views(String of, String namespace) {
        return "/iceberg/v1/" + UrlPart.of(of) + "/namespaces/" + UrlPart.of(namespace) + "/views";
    }

    private JsonNode get(String path) {
        return replies.computeIfAbsent(path, this::fetch);
    }

    private JsonNode fetch(String path) {
        try {
            return JSON.readTree(NeriumClient.text(session.client().get(path, NeriumClient.JSON)));
        } catch (CliException | JsonProcessingException e) {
            // A completion shows no errors: the statement itself will.
            return JSON.missingNode();
        }
    }
}
