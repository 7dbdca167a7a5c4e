package dev.nerium.lake.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.rest.CatalogOperation.Access;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.util.JsonUtil;

/**
 * The change that an operation makes.
 *
 * @param action such as {@code table.create}
 * @param object full name of what is changed
 */
public record CatalogChange(String action, String object) {
    private static final Set<String> REFS = Set.of("set-snapshot-ref", "remove-snapshot-ref");

    /** Empty if the operation changes nothing. The first step of a staged creation changes nothing. */
    public static Optional<CatalogChange> of(CatalogOperation operation, CatalogRequest call) {
        if (operation.access() != Access.WRITE) {
            return Optional.empty();
        }
        JsonNode body = body(call);
        if (body.path("stage-create").asBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new CatalogChange(action(operation, body), object(operation, call, body)));
    }

    private static String action(CatalogOperation operation, JsonNode body) {
        return switch (operation) {
            case CREATE_NAMESPACE -> "namespace.create";
            case UPDATE_NAMESPACE -> "namespace.alter";
            case DROP_NAMESPACE -> "namespace.drop";
            case CREATE_TABLE, REGISTER_TABLE -> "table.create";
            case UPDATE_TABLE -> commit(body);
            case RENAME_TABLE -> "table.rename";
            case DROP_TABLE -> "table.drop";
            case CREATE_VIEW -> "view.create";
            case UPDATE_VIEW, RENAME_VIEW -> "view.alter";
            case DROP_VIEW -> "view.drop";
            case LIST_NAMESPACES,
                    LOAD_NAMESPACE,
                    NAMESPACE_EXISTS,
                    LIST_TABLES,
                    LOAD_TABLE,
                    TABLE_EXISTS,
                    PLAN_TABLE_SCAN,
                    REPORT_METRICS,
                    LIST_VIEWS,
                    LOAD_VIEW,
                    VIEW_EXISTS -> throw new IllegalArgumentException(operation + " changes nothing");
        };
    }

    private static String commit(JsonNode body) {
        if (texts(body.path("requirements"), "type").contains("assert-create")) {
            return "table.create";
        }
        Set<String> updates = texts(body.path("updates"), "action");
        if (updates.contains("add-snapshot")) {
            return "table.write";
        }
        return !updates.isEmpty() && REFS.containsAll(updates) ? "ref.change" : "table.alter";
    }

    private static Set<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(item -> item.path(field).asText())
                .collect(Collectors.toSet());
    }

    private static String object(CatalogOperation operation, CatalogRequest call, JsonNode body) {
        return switch (operation) {
            case CREATE_NAMESPACE -> namespace(call, names(body.path("namespace")));
            case UPDATE_NAMESPACE, DROP_NAMESPACE -> namespace(call, levels(call));
            case RENAME_TABLE, RENAME_VIEW ->
                name(
                        call,
                        names(body.path("source").path("namespace")),
                        body.path("source").path("name").asText());
            case CREATE_TABLE, REGISTER_TABLE, CREATE_VIEW ->
                name(call, levels(call), body.path("name").asText());
            case UPDATE_VIEW, DROP_VIEW -> name(call, levels(call), call.view().name());
            default -> name(call, levels(call), call.table().name());
        };
    }

    private static List<String> levels(CatalogRequest call) {
        return Arrays.asList(call.namespace().levels());
    }

    private static List<String> names(JsonNode levels) {
        return StreamSupport.stream(levels.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String namespace(CatalogRequest call, List<String> levels) {
        return call.catalog() + "." + String.join(".", levels);
    }

    private static String name(CatalogRequest call, List<String> levels, String name) {
        return new TableName(call.catalog(), String.join(".", levels), name).toString();
    }

    /** A body that can't be read is refused when the operation is executed. */
    private static JsonNode body(CatalogRequest call) {
        try {
            JsonNode body = JsonUtil.mapper().readTree(call.body());
            return body == null ? MissingNode.getInstance() : body;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
