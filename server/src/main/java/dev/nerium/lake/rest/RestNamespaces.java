package dev.nerium.lake.rest;

import dev.nerium.lake.ServedCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;

/** The namespaces of a catalog. Thread-safe. */
record RestNamespaces(ServedCatalog catalog) {
    CatalogReply list(CatalogCall call) {
        return Replies.of(call.pageSize()
                .map(size -> CatalogHandlers.listNamespaces(catalog.catalog(), call.parent(), call.pageToken(), size))
                .orElseGet(() -> CatalogHandlers.listNamespaces(catalog.catalog(), call.parent())));
    }

    CatalogReply load(CatalogCall call) {
        return Replies.of(CatalogHandlers.loadNamespace(catalog.catalog(), call.namespace()));
    }

    CatalogReply exists(CatalogCall call) {
        CatalogHandlers.namespaceExists(catalog.catalog(), call.namespace());
        return CatalogReply.NOTHING;
    }

    CatalogReply create(CatalogCall call) {
        CreateNamespaceRequest request = RestJson.read(call.body(), CreateNamespaceRequest.class);
        catalog.requireName(request.namespace());
        return Replies.of(CatalogHandlers.createNamespace(catalog.catalog(), request));
    }

    CatalogReply update(CatalogCall call) {
        UpdateNamespacePropertiesRequest request = RestJson.read(call.body(), UpdateNamespacePropertiesRequest.class);
        return Replies.of(CatalogHandlers.updateNamespaceProperties(catalog.catalog(), call.namespace(), request));
    }

    CatalogReply drop(CatalogCall call) {
        CatalogHandlers.dropNamespace(catalog.catalog(), call.namespace());
        return CatalogReply.NOTHING;
    }
}
