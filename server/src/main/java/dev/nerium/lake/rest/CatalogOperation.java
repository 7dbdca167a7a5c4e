package dev.nerium.lake.rest;

import static dev.nerium.lake.rest.CatalogOperation.Access.READ;
import static dev.nerium.lake.rest.CatalogOperation.Access.WRITE;

import org.apache.iceberg.rest.Endpoint;

/** The operations of a catalog. They do not include commits to several tables at once, because no catalog here makes them atomic. */
public enum CatalogOperation {
    LIST_NAMESPACES(Endpoint.V1_LIST_NAMESPACES, READ),
    LOAD_NAMESPACE(Endpoint.V1_LOAD_NAMESPACE, READ),
    NAMESPACE_EXISTS(Endpoint.V1_NAMESPACE_EXISTS, READ),
    CREATE_NAMESPACE(Endpoint.V1_CREATE_NAMESPACE, WRITE),
    UPDATE_NAMESPACE(Endpoint.V1_UPDATE_NAMESPACE, WRITE),
    DROP_NAMESPACE(Endpoint.V1_DELETE_NAMESPACE, WRITE),
    LIST_TABLES(Endpoint.V1_LIST_TABLES, READ),
    LOAD_TABLE(Endpoint.V1_LOAD_TABLE, READ),
    TABLE_EXISTS(Endpoint.V1_TABLE_EXISTS, READ),
    CREATE_TABLE(Endpoint.V1_CREATE_TABLE, WRITE),
    REGISTER_TABLE(Endpoint.V1_REGISTER_TABLE, WRITE),
    UPDATE_TABLE(Endpoint.V1_UPDATE_TABLE, WRITE),
    RENAME_TABLE(Endpoint.V1_RENAME_TABLE, WRITE),
    DROP_TABLE(Endpoint.V1_DELETE_TABLE, WRITE),
    PLAN_TABLE_SCAN(Endpoint.V1_SUBMIT_TABLE_SCAN_PLAN, READ),
    REPORT_METRICS(Endpoint.V1_REPORT_METRICS, READ),
    LIST_VIEWS(Endpoint.V1_LIST_VIEWS, READ),
    LOAD_VIEW(Endpoint.V1_LOAD_VIEW, READ),
    VIEW_EXISTS(Endpoint.V1_VIEW_EXISTS, READ),
    CREATE_VIEW(Endpoint.V1_CREATE_VIEW, WRITE),
    UPDATE_VIEW(Endpoint.V1_UPDATE_VIEW, WRITE),
    RENAME_VIEW(Endpoint.V1_RENAME_VIEW, WRITE),
    DROP_VIEW(Endpoint.V1_DELETE_VIEW, WRITE);

    /** The access that a key needs. */
    public enum Access {
        READ,
        WRITE,
        /** It leads to files of the server's own tables, which have rows of all keys. */
        ADMIN
    }

    @SuppressWarnings("ImmutableEnumChecker") // it never changes, but does not say so
    private final Endpoint endpoint;

    private final Access access;

    CatalogOperation(Endpoint endpoint, Access access) {
        this.endpoint = endpoint;
        this.access = access;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    public Access access() {
        return access;
    }

    public String method() {
        return endpoint.httpMethod();
    }

    /** With the names of its variables in braces, as Iceberg's specification has it. */
    public String path() {
        return endpoint.path();
    }

    public boolean hasBody() {
        return method().equals("POST");
    }
}
