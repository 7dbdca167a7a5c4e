package dev.nerium.lake.rest;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ListTablesResponse;

/** The views of a catalog, which other engines keep there and Nerium does not read. Thread-safe. */
record RestViews(ServedCatalog catalog, CommitValidator commits, RestRights rights) {
    CatalogResponse list(CatalogRequest call) {
        VisiblePage<TableIdentifier> page =
                VisiblePage.of(call, catalog.catalog().listViews(call.namespace()), rights::sees);
        return Replies.of(ListTablesResponse.builder()
                .addAll(page.items())
                .nextPageToken(page.next())
                .build());
    }

    CatalogResponse load(CatalogRequest call) {
        return Replies.of(CatalogHandlers.loadView(catalog.catalog(), call.view()));
    }

    CatalogResponse exists(CatalogRequest call) {
        CatalogHandlers.viewExists(catalog.catalog(), call.view());
        return CatalogResponse.NOTHING;
    }

    CatalogResponse create(CatalogRequest call) {
        CreateViewRequest request = RestJson.read(call.body(), CreateViewRequest.class);
        catalog.requireExists(call.namespace());
        catalog.requireName(call.namespace(), request.name());
        TableIdentifier view = TableIdentifier.of(call.namespace(), request.name());
        Optional.ofNullable(request.location()).ifPresent(location -> {
            catalog.requireAllowed("location", location);
            catalog.requireFree(view, List.of(location), Map.of());
        });
        catalog.requireAllowed(Objects.requireNonNullElse(request.properties(), Map.of()));
        return Replies.of(catalog.withTableLock(
                () -> CatalogHandlers.createView(catalog.catalog(), call.namespace(), request), view));
    }

    CatalogResponse update(CatalogRequest call) {
        UpdateTableRequest request = RestJson.read(call.body(), UpdateTableRequest.class);
        commits.check(call.view(), request.updates());
        request.updates().stream()
                .filter(MetadataUpdate.SetLocation.class::isInstance)
                .forEach(update -> catalog.requireFree(
                        call.view(), List.of(((MetadataUpdate.SetLocation) update).location()), Map.of()));
        return Replies.of(catalog.withTableLock(
                () -> CatalogHandlers.updateView(catalog.catalog(), call.view(), request), call.view()));
    }

    CatalogResponse rename(CatalogRequest call) {
        RenameTableRequest request = RestJson.read(call.body(), RenameTableRequest.class);
        catalog.requireNotSystemTable(request.source().namespace());
        catalog.requireNotSystemTable(request.destination().namespace());
        catalog.requireExists(request.destination().namespace());
        catalog.requireName(
                request.destination().namespace(), request.destination().name());
        CatalogHandlers.renameView(catalog.catalog(), request);
        return CatalogResponse.NOTHING;
    }

    CatalogResponse drop(CatalogRequest call) {
        CatalogHandlers.dropView(catalog.catalog(), call.view());
        return CatalogResponse.NOTHING;
    }
}
