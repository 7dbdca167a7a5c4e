package dev.nerium.lake.rest;

import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableName;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** The rights that the operations of a catalog need. A table that the key does not see is reported as absent. */
record RestRights(TableRights rights, ServedCatalog catalog) {
    void require(CatalogOperation operation, CatalogRequest call) {
        switch (operation) {
            case LIST_NAMESPACES -> {
                if (!call.parent().isEmpty()) {
                    requireSeen(call.parent());
                }
            }
            case LOAD_NAMESPACE, NAMESPACE_EXISTS, LIST_TABLES, LIST_VIEWS -> requireSeen(call.namespace());
            case CREATE_NAMESPACE ->
                requireOnAllOf(
                        Right.CREATE,
                        RestJson.read(call.body(), CreateNamespaceRequest.class).namespace());
            case UPDATE_NAMESPACE -> requireSeen(Right.MANAGE, call.namespace());
            case DROP_NAMESPACE -> requireSeen(Right.DROP, call.namespace());
            case LOAD_TABLE, TABLE_EXISTS, PLAN_TABLE_SCAN, REPORT_METRICS -> require(Right.READ, call.table());
            case CREATE_TABLE ->
                requireNew(
                        call,
                        RestJson.read(call.body(), CreateTableRequest.class).name());
            case REGISTER_TABLE -> {
                // Its files were another table's once.
                requireOnAllOf(Right.MANAGE, call.namespace());
                requireNew(
                        call,
                        RestJson.read(call.body(), RegisterTableRequest.class).name());
            }
            case CREATE_VIEW ->
                requireNew(
                        call,
                        RestJson.read(call.body(), CreateViewRequest.class).name());
            case UPDATE_TABLE -> requireUpdate(call.table(), RestJson.read(call.body(), UpdateTableRequest.class));
            case RENAME_TABLE -> {
                // Its rows get the rights that keys have on the new name.
                RenameTableRequest request = RestJson.read(call.body(), RenameTableRequest.class);
                require(Right.MANAGE, request.source());
                rights.require(Right.CREATE, name(request.destination()));
            }
            case DROP_TABLE -> require(Right.DROP, call.table());
            case LOAD_VIEW, VIEW_EXISTS -> requireView(Right.READ, call.view());
            case UPDATE_VIEW -> requireView(Right.MANAGE, call.view());
            case RENAME_VIEW -> {
                RenameTableRequest request = RestJson.read(call.body(), RenameTableRequest.class);
                requireView(Right.MANAGE, request.source());
                rights.require(Right.CREATE, name(request.destination()));
            }
            case DROP_VIEW -> requireView(Right.DROP, call.view());
        }
    }

    boolean sees(TableIdentifier table) {
        return rights.sees(name(table)) || catalog.isServers(table);
    }

    boolean sees(Namespace namespace) {
        return rights.seesNamespace(catalog.name(), namespace.toString())
                || catalog.isServers(TableIdentifier.of(namespace, "*"));
    }

    private void requireSeen(Namespace namespace) {
        if (!sees(namespace)) {
            throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
        }
    }

    private void requireSeen(Right right, Namespace namespace) {
        requireSeen(namespace);
        requireOnAllOf(right, namespace);
    }

    private void requireOnAllOf(Right right, Namespace namespace) {
        rights.requireOnAllOf(right, catalog.name(), namespace.toString());
    }

    private void require(Right right, TableIdentifier table) {
        require(right, table, name -> new NoSuchTableException("Table does not exist: %s", name));
    }

    private void requireView(Right right, TableIdentifier view) {
        require(right, view, name -> new NoSuchViewException("View does not exist: %s", name));
    }

    private void require(
            Right right, TableIdentifier object, Function<TableIdentifier, ? extends RuntimeException> absent) {
        if (!sees(object)) {
            throw absent.apply(object);
        }
        rights.require(right, name(object));
    }

    private void requireNew(CatalogRequest call, String name) {
        rights.require(Right.CREATE, name(TableIdentifier.of(call.namespace(), name)));
    }

    /** The end of a table's creation, rows, or a change of something else. */
    private void requireUpdate(TableIdentifier table, UpdateTableRequest request) {
        if (request.requirements().stream().anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance)) {
            rights.require(Right.CREATE, name(table));
            return;
        }
        // The answer has the metadata of the table.
        require(Right.READ, table);
        require(changesRowsOnly(request.updates()) ? Right.WRITE : Right.MANAGE, table);
    }

    private static boolean changesRowsOnly(List<MetadataUpdate> updates) {
        return updates.stream()
                .allMatch(update -> update instanceof MetadataUpdate.AddSnapshot
                        || update instanceof MetadataUpdate.SetSnapshotRef
                        || update instanceof MetadataUpdate.RemoveSnapshotRef
                        || update instanceof MetadataUpdate.SetStatistics
                        || update instanceof MetadataUpdate.SetPartitionStatistics);
    }

    private TableName name(TableIdentifier identifier) {
        return new TableName(catalog.name(), identifier.namespace().toString(), identifier.name());
    }
}
