package dev.nerium.http.grant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.grant.Grant;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v2/grants}. The log has a line for each change. */
public final class GrantRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(GrantRoutes.class);

    private static final String PATH = "/api/v2/grants";

    private final Authentication authentication;
    private final Grants grants;
    private final String defaultCatalog;
    private final ByteSize maxBody;

    /** @param defaultCatalog of names of tables without one */
    public GrantRoutes(Authentication authentication, Grants grants, String defaultCatalog, ByteSize maxBody) {
        this.authentication = authentication;
        this.grants = grants;
        this.defaultCatalog = defaultCatalog;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.get(PATH, this::list).post(PATH, this::grant).delete(PATH + "/{id}", this::revoke);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        GrantRequestReader.requireKnownParameters(request);
        Optional<Securable> on =
                QueryParameters.first(request, "table").map(table -> GrantRequestReader.table(table, defaultCatalog));
        Optional<Grantee> to = GrantRequestReader.grantee(request);
        send(response, grants.list(principal, on, to));
    }

    private void grant(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "granting rights");
        RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
        fields.requireKnown(List.of("rights", "on", "to"));
        Grantee grantee = GrantRequestReader.grantee(fields);
        Securable on = GrantRequestReader.securable(fields);
        Set<Right> rights = GrantRequestReader.rights(fields);
        List<Grant> granted = authentication.record(
                request,
                AuditAction.GRANT_CREATE,
                on + " " + grantee,
                () -> grants.grant(principal, rights, on, grantee));
        granted.forEach(grant -> log("granted", grant, principal));
        response.status(Status.CREATED_201);
        send(response, granted);
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "revoking rights");
        String id = request.path().pathParameters().get("id");
        Grant grant = grants.find(principal, id);
        Grant revoked = authentication.record(
                request,
                AuditAction.GRANT_REVOKE,
                grant.on() + " " + grant.grantee(),
                () -> grants.revoke(principal, id));
        log("revoked", revoked, principal);
        Json.send(response, GrantJson.of(revoked));
    }

    private void send(ServerResponse response, List<Grant> list) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("grants").addAll(list.stream().map(GrantJson::of).toList());
        body.put("enforced", grants.enforced());
        Json.send(response, body);
    }

    private static void log(String change, Grant grant, Principal by) {
        LOG.info(
                "The right {} on {} was {} for {} by the key '{}' ({})",
                grant.right().text(),
                grant.on(),
                change,
                grant.grantee(),
                by.name(),
                by.keyId());
    }
}
