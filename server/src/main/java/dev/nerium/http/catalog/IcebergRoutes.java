package dev.nerium.http.catalog;

import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.error.NeriumException;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.ErrorResponses;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.Router;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.rest.CatalogChange;
import dev.nerium.lake.rest.CatalogOperation;
import dev.nerium.lake.rest.CatalogOperation.Access;
import dev.nerium.lake.rest.CatalogRequest;
import dev.nerium.lake.rest.CatalogResponse;
import dev.nerium.lake.rest.RestCatalogServer;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** {@code /iceberg}: the lake as an Iceberg REST catalog, with the keys and the scopes of all other routes. */
public final class IcebergRoutes {
    private static final String ROOT = "/iceberg";

    private final Authentication authentication;
    private final RestCatalogServer catalogs;
    private final Grants grants;
    private final String defaultCatalog;
    private final ByteSize maxBody;

    public IcebergRoutes(
            Authentication authentication,
            RestCatalogServer catalogs,
            Grants grants,
            String defaultCatalog,
            ByteSize maxBody) {
        this.authentication = authentication;
        this.catalogs = catalogs;
        this.grants = grants;
        this.defaultCatalog = defaultCatalog;
        this.maxBody = maxBody;
    }

    /** Creates the response of a request whose key is authorized. */
    @FunctionalInterface
    private interface CatalogAction {
        CatalogResponse to(ServerRequest request, Principal principal) throws IOException;
    }

    public void register(Router routes) {
        routes.get(ROOT + "/v1/config", handler(Scope.READ, "looking at a catalog", (request, _) -> config(request)));
        routes.post(ROOT + "/v1/oauth/tokens", new OAuthTokenRoute(authentication, maxBody));
        for (CatalogOperation operation : CatalogOperation.values()) {
            Handler handler =
                    switch (operation.access()) {
                        case READ -> handler(Scope.READ, "reading a catalog", answer(operation));
                        case WRITE -> handler(Scope.WRITE, "changing a catalog", answer(operation));
                        case ADMIN -> handler(Scope.ADMIN, RestCatalogServer.FILES_OF_ALL, answer(operation));
                    };
            routes.route(operation.method(), ROOT + operation.path(), handler);
        }
    }

    private Handler handler(Scope scope, String purpose, CatalogAction answer) {
        return (request, response) -> {
            CatalogResponse reply;
            try {
                Principal principal = authentication.principal(request);
                principal.require(scope, purpose);
                reply = answer.to(request, principal);
            } catch (NeriumException e) {
                reply = failure(request, response, e);
            } catch (RuntimeException e) {
                reply = failure(request, response, NeriumException.unexpected("The server failed.", e));
            }
            send(request, response, reply);
        };
    }

    /** In the form that clients of Iceberg understand; an unknown table is 404 there, whatever the status of its code. */
    private static CatalogResponse failure(ServerRequest request, ServerResponse response, NeriumException e) {
        ErrorResponses.start(request, response, e);
        return CatalogResponse.failure(e);
    }

    private CatalogResponse config(ServerRequest request) {
        return catalogs.config(request.query().first("warehouse").orElse(defaultCatalog));
    }

    private CatalogAction answer(CatalogOperation operation) {
        return (request, principal) -> {
            CatalogRequest call = call(operation, request);
            if (catalogs.access(operation, call) == Access.ADMIN) {
                principal.require(Scope.ADMIN, RestCatalogServer.FILES_OF_ALL);
            }
            TableRights rights = grants.of(principal);
            return CatalogChange.of(operation, call)
                    .map(change -> record(request, change, () -> catalogs.answer(operation, call, rights)))
                    .orElseGet(() -> catalogs.answer(operation, call, rights));
        };
    }

    private CatalogResponse record(ServerRequest request, CatalogChange change, Supplier<CatalogResponse> work) {
        return authentication.record(
                request, AuditAction.of(change.action()), change.object(), work, CatalogResponse::failureCode);
    }

    private CatalogRequest call(CatalogOperation operation, ServerRequest request) throws IOException {
        Map<String, String> path = new HashMap<>();
        request.path().pathParameters().toMap().forEach((name, values) -> path.put(name, values.getFirst()));
        Map<String, String> query = new HashMap<>();
        request.query().toMap().forEach((name, values) -> query.put(name, values.isEmpty() ? "" : values.getFirst()));
        String body = operation.hasBody() ? new String(RequestBody.read(request, maxBody), StandardCharsets.UTF_8) : "";
        return new CatalogRequest(path, query, body, request.headers().first(HeaderNames.IF_NONE_MATCH));
    }

    private static void send(ServerRequest request, ServerResponse response, CatalogResponse reply) {
        response.status(Status.create(reply.status()));
        reply.tag().ifPresent(tag -> response.header(HeaderNames.ETAG, tag));
        // A client that sent HEAD would read a body as the next response.
        reply.json()
                .filter(json -> !request.prologue().method().equals(Method.HEAD))
                .ifPresentOrElse(
                        json -> response.header(HeaderValues.CONTENT_TYPE_JSON).send(json), response::send);
    }
}
