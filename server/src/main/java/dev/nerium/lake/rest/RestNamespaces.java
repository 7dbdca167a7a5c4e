package dev.nerium.lake.rest;

import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.responses.ListNamespacesResponse;
import org.jspecify.annotations.Nullable;

/** The namespaces of a catalog. Thread-safe. */
record RestNamespaces(ServedCatalog catalog, RestRights rights) {
    CatalogResponse list(CatalogRequest call) {
        VisiblePage<Namespace> page =
                VisiblePage.of(call, catalog.catalog().listNamespaces(call.parent()), rights::sees);
        return Replies.of(ListNamespacesResponse.builder()
                .addAll(page.items())
                .nextPageToken(page.next())
                .build());
    }

    CatalogResponse load(CatalogRequest call) {
        return Replies.of(CatalogHandlers.loadNamespace(catalog.catalog(), call.namespace()));
    }

    CatalogResponse exists(CatalogRequest call) {
        CatalogHandlers.namespaceExists(catalog.catalog(), call.namespace());
        return CatalogResponse.NOTHING;
    }

    CatalogResponse create(CatalogRequest call) {
        CreateNamespaceRequest request = RestJson.read(call.body(), CreateNamespaceRequest.class);
        catalog.requireName(request.namespace());
        catalog.requireNotSystemTable(request.namespace());
        requireAllowed(request.properties());
        return Replies.of(CatalogHandlers.createNamespace(catalog.catalog(), request));
    }

    CatalogResponse update(CatalogRequest call) {
        UpdateNamespacePropertiesRequest request = RestJson.read(call.body(), UpdateNamespacePropertiesRequest.class);
        requireAllowed(request.updates());
        return Replies.of(CatalogHandlers.updateNamespaceProperties(catalog.catalog(), call.namespace(), request));
    }

    /** Engines place new tables by the location of their namespace. */
    private void requireAllowed(@Nullable Map<String, String> properties) {
        String location = properties == null ? null : properties.get("location");
        if (location != null) {
            catalog.requireAllowed("location", location);
        }
    }

    CatalogResponse drop(CatalogRequest call) {
        CatalogHandlers.dropNamespace(catalog.catalog(), call.namespace());
        return CatalogResponse.NOTHING;
    }
}
