package dev.nerium.lake.rest;

import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.rest.CatalogOperation.Access;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.responses.ConfigResponse;

/** Serves the requests of clients to Nerium's catalogs. Thread-safe. */
public final class RestCatalogServer {
    /** Description of the operations that need {@link Access#ADMIN}. */
    public static final String FILES_OF_ALL =
            "reading the files of the server's own tables, where rows of all keys are,";

    private final Function<String, ServedCatalog> catalogs;
    private final Predicate<UUID> ownRuns;

    /**
     * @param catalogs by name; fails where there is none
     * @param ownRuns whether a run is this server's
     */
    public RestCatalogServer(Function<String, ServedCatalog> catalogs, Predicate<UUID> ownRuns) {
        this.catalogs = catalogs;
        this.ownRuns = ownRuns;
    }

    /** The configuration for a client: the prefix of the catalog, and its operations. */
    public CatalogResponse config(String catalog) {
        String prefix = URLEncoder.encode(catalogs.apply(catalog).name(), StandardCharsets.UTF_8)
                .replace("+", "%20");
        return Replies.of(ConfigResponse.builder()
                .withOverride("prefix", prefix)
                .withEndpoints(Arrays.stream(CatalogOperation.values())
                        .map(CatalogOperation::endpoint)
                        .toList())
                .build());
    }

    /** The access that a key needs for an operation on the objects of a call. */
    public Access access(CatalogOperation operation, CatalogRequest call) {
        return switch (operation) {
            case LOAD_TABLE, TABLE_EXISTS, PLAN_TABLE_SCAN ->
                catalogs.apply(call.catalog()).isServers(call.table()) ? Access.ADMIN : operation.access();
            default -> operation.access();
        };
    }

    /** @param rights of the key, whose scope was checked */
    public CatalogResponse answer(CatalogOperation operation, CatalogRequest call, TableRights rights) {
        ServedCatalog catalog = catalogs.apply(call.catalog());
        try {
            return answer(operation, call, catalog, new RestRights(rights, catalog));
        } catch (RuntimeException e) {
            return CatalogResponse.failure(status(e), e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        }
    }

    private CatalogResponse answer(
            CatalogOperation operation, CatalogRequest call, ServedCatalog catalog, RestRights rights) {
        ServedCatalog.requireLevels(call.namespace());
        ServedCatalog.requireLevels(call.parent());
        RestNamespaces namespaces = new RestNamespaces(catalog, rights);
        if (operation.access() == Access.WRITE) {
            catalog.requireNotSystemTable(call.namespace());
        }
        rights.require(operation, call);
        CommitValidator commits =
                new CommitValidator(catalog, ownRuns, !rights.rights().seesAll());
        RestTables tables = new RestTables(catalog, commits, rights);
        RestViews views = new RestViews(catalog, commits, rights);
        return switch (operation) {
            case LIST_NAMESPACES -> namespaces.list(call);
            case LOAD_NAMESPACE -> namespaces.load(call);
            case NAMESPACE_EXISTS -> namespaces.exists(call);
            case CREATE_NAMESPACE -> namespaces.create(call);
            case UPDATE_NAMESPACE -> namespaces.update(call);
            case DROP_NAMESPACE -> namespaces.drop(call);
            case LIST_TABLES -> tables.list(call);
            case LOAD_TABLE -> tables.load(call);
            case TABLE_EXISTS -> tables.exists(call);
            case CREATE_TABLE -> tables.create(call);
            case REGISTER_TABLE -> tables.register(call);
            case UPDATE_TABLE -> tables.update(call);
            case RENAME_TABLE -> tables.rename(call);
            case DROP_TABLE -> tables.drop(call);
            case PLAN_TABLE_SCAN -> tables.plan(call);
            case REPORT_METRICS -> CatalogResponse.NOTHING;
            case LIST_VIEWS -> views.list(call);
            case LOAD_VIEW -> views.load(call);
            case VIEW_EXISTS -> views.exists(call);
            case CREATE_VIEW -> views.create(call);
            case UPDATE_VIEW -> views.update(call);
            case RENAME_VIEW -> views.rename(call);
            case DROP_VIEW -> views.drop(call);
        };
    }

    /** As Iceberg's specification has it; what is not the client's fault goes on to where failures are logged. */
    private static int status(RuntimeException e) {
        return switch (e) {
            case CommitStateUnknownException unknown -> throw unknown;
            case NoSuchNamespaceException _, NoSuchTableException _, NoSuchViewException _ -> 404;
            case AlreadyExistsException _, CommitFailedException _, NamespaceNotEmptyException _ -> 409;
            case UnprocessableEntityException _ -> 422;
            case UnsupportedOperationException _ -> 406;
            case ValidationException _, IllegalArgumentException _ -> 400;
            default -> throw e;
        };
    }
}
