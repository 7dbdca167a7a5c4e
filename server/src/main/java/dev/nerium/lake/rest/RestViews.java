package dev.nerium.lake.rest;

import dev.nerium.lake.ServedCatalog;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** The views of a catalog, which other engines keep there and Nerium does not read. Thread-safe. */
record RestViews(ServedCatalog catalog, CommitCheck commits) {
    CatalogReply list(CatalogCall call) {
        Namespace namespace = call.namespace();
        return Replies.of(call.pageSize()
                .map(size -> CatalogHandlers.listViews(catalog.catalog(), namespace, call.pageToken(), size))
                .orElseGet(() -> CatalogHandlers.listViews(catalog.catalog(), namespace)));
    }

    CatalogReply load(CatalogCall call) {
        return Replies.of(CatalogHandlers.loadView(catalog.catalog(), call.view()));
    }

    CatalogReply exists(CatalogCall call) {
        CatalogHandlers.viewExists(catalog.catalog(), call.view());
        return CatalogReply.NOTHING;
    }

    CatalogReply create(CatalogCall call) {
        CreateViewRequest request = RestJson.read(call.body(), CreateViewRequest.class);
        catalog.requireExists(call.namespace());
        catalog.requireName(call.namespace(), request.name());
        TableIdentifier view = TableIdentifier.of(call.namespace(), request.name());
        Optional.ofNullable(request.location()).ifPresent(location -> {
            catalog.requireAllowed("location", location);
            catalog.requireFree(view, List.of(location), Map.of());
        });
        catalog.requireAllowed(Objects.requireNonNullElse(request.properties(), Map.of()));
        return Replies.of(
                catalog.inTurn(() -> CatalogHandlers.createView(catalog.catalog(), call.namespace(), request), view));
    }

    CatalogReply update(CatalogCall call) {
        UpdateTableRequest request = RestJson.read(call.body(), UpdateTableRequest.class);
        commits.check(call.view(), request.updates());
        request.updates().stream()
                .filter(MetadataUpdate.SetLocation.class::isInstance)
                .forEach(update -> catalog.requireFree(
                        call.view(), List.of(((MetadataUpdate.SetLocation) update).location()), Map.of()));
        return Replies.of(
                catalog.inTurn(() -> CatalogHandlers.updateView(catalog.catalog(), call.view(), request), call.view()));
    }

    CatalogReply rename(CatalogCall call) {
        RenameTableRequest request = RestJson.read(call.body(), RenameTableRequest.class);
        catalog.requireUsers(request.source().namespace());
        catalog.requireUsers(request.destination().namespace());
        catalog.requireExists(request.destination().namespace());
        catalog.requireName(
                request.destination().namespace(), request.destination().name());
        CatalogHandlers.renameView(catalog.catalog(), request);
        return CatalogReply.NOTHING;
    }

    CatalogReply drop(CatalogCall call) {
        CatalogHandlers.dropView(catalog.catalog(), call.view());
        return CatalogReply.NOTHING;
    }
}
