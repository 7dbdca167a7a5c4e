package dev.nerium.http.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.nerium.error.NeriumException;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.TablePath;
import dev.nerium.lake.AuthorizedLake;
import dev.nerium.lake.Lake;
import dev.nerium.lake.catalog.CatalogInfo;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.table.PartitionFilter;
import dev.nerium.lake.table.TableSize;
import io.helidon.common.uri.UriQuery;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** {@code GET} of what the lake has: catalogs, namespaces, tables, a table's metadata and its size. */
public final class CatalogRoutes {
    private final Authentication authentication;
    private final Lake lake;
    private final Grants grants;

    public CatalogRoutes(Authentication authentication, Lake lake, Grants grants) {
        this.authentication = authentication;
        this.lake = lake;
        this.grants = grants;
    }

    public void register(Router routes) {
        routes.get(TablePath.CATALOGS, handler(this::catalogs))
                .get(TablePath.NAMESPACES, handler(this::namespaces))
                .get(TablePath.TABLES, handler(this::tables))
                .get(TablePath.TABLE, handler(this::table))
                .get(TablePath.TABLE + "/size", handler(this::size));
    }

    private Handler handler(BiFunction<ServerRequest, AuthorizedLake, ObjectNode> answer) {
        return (request, response) -> {
            AuthorizedLake visible = lake.as(grants.of(authentication.principal(request)));
            Json.send(response, TablePath.found(() -> answer.apply(request, visible)));
        };
    }

    private ObjectNode catalogs(ServerRequest request, AuthorizedLake visible) {
        boolean counted = QueryParameters.flag(request, "counts");
        ObjectNode body = ok();
        ArrayNode registered = body.putArray("registeredCatalogs");
        ArrayNode tables = body.putArray("catalogs");
        for (CatalogInfo catalog : visible.catalogs()) {
            ObjectNode node = registered
                    .addObject()
                    .put("name", catalog.name())
                    .put("type", catalog.type())
                    .putPOJO("properties", catalog.properties())
                    .putNull("tableCount");
            if (counted) {
                walk(visible, catalog.name(), node, tables);
            }
        }
        return body;
    }

    /** A catalog that does not respond does not hide the others. */
    private static void walk(AuthorizedLake visible, String catalog, ObjectNode node, ArrayNode tables) {
        try {
            List<TableName> names = visible.tables(catalog);
            names.forEach(name -> tables.add(named(name)));
            node.put("tableCount", names.size());
        } catch (NeriumException e) {
            node.put("error", e.message());
        }
    }

    private ObjectNode namespaces(ServerRequest request, AuthorizedLake visible) {
        String catalog = request.path().pathParameters().get("catalog");
        ObjectNode body = ok().put("catalog", catalog);
        visible.namespaces(catalog).forEach(body.putArray("namespaces")::add);
        return body;
    }

    private ObjectNode tables(ServerRequest request, AuthorizedLake visible) {
        String catalog = request.path().pathParameters().get("catalog");
        String namespace = request.path().pathParameters().get("namespace");
        ObjectNode body = ok();
        ArrayNode tables = body.putArray("tables");
        visible.tables(catalog, namespace)
                .forEach(table -> tables.add(named(new TableName(catalog, namespace, table))));
        return body;
    }

    private ObjectNode table(ServerRequest request, AuthorizedLake visible) {
        AuthorizedLake.Metadata metadata = visible.metadata(TablePath.table(request));
        return ok().putRawValue("table", new RawValue(metadata.json()));
    }

    private ObjectNode size(ServerRequest request, AuthorizedLake visible) {
        TableName table = TablePath.table(request);
        List<PartitionFilter> filters = filters(request.query());
        TableReference current = TableReference.current(table);
        TableReference reference = request.query()
                .first("snapshotId")
                .map(text -> current.at(snapshot(text)))
                .orElse(current);
        TableSize size = visible.size(reference, filters);
        ObjectNode body = ok().setAll(named(table));
        size.snapshot()
                .ifPresentOrElse(id -> body.put("snapshotId", String.valueOf(id)), () -> body.putNull("snapshotId"));
        body.put("sizeBytes", String.valueOf(size.bytes()))
                .put("recordCount", String.valueOf(size.rows()))
                .put("dataFileCount", size.files());
        ArrayNode named = body.putArray("partitionFilters");
        filters.forEach(filter -> named.addObject().put("key", filter.key()).put("value", filter.value()));
        return body;
    }

    private static List<PartitionFilter> filters(UriQuery query) {
        List<String> keys = query.all("partitionKey", List::of);
        List<String> values = query.all("partitionValue", List::of);
        if (keys.size() != values.size()) {
            throw NeriumException.invalid("partitionKey is given %d times and partitionValue %d times: they are pairs."
                    .formatted(keys.size(), values.size()));
        }
        return IntStream.range(0, keys.size())
                .mapToObj(i -> new PartitionFilter(keys.get(i), values.get(i)))
                .toList();
    }

    private static long snapshot(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw NeriumException.invalid(
                    "snapshotId is '" + RequestFields.shortened(text) + "': expected a snapshot's id.");
        }
    }

    private static ObjectNode ok() {
        return Json.MAPPER.createObjectNode().put("ok", true);
    }

    private static ObjectNode named(TableName table) {
        return Json.MAPPER
                .createObjectNode()
                .put("catalog", table.catalog())
                .put("namespace", table.namespace())
                .put("table", table.table());
    }
}
