package dev.nerium.http.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Principal;
import dev.nerium.auth.oidc.TokenOwner;
import dev.nerium.auth.session.Session;
import dev.nerium.auth.session.Sessions;
import dev.nerium.config.ByteSize;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.ClientAddresses;
import dev.nerium.http.common.ForgedRequests;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.SessionCookie;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code /api/v2/session}. */
public final class SessionRoutes {
    private static final String PATH = "/api/v2/session";

    private final Authentication authentication;
    private final Sessions sessions;
    private final ClientAddresses addresses;
    private final ByteSize maxBody;

    public SessionRoutes(
            Authentication authentication, Sessions sessions, ClientAddresses addresses, ByteSize maxBody) {
        this.authentication = authentication;
        this.sessions = sessions;
        this.addresses = addresses;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.post(PATH, this::begin);
        routes.get(PATH, this::show);
        routes.delete(PATH, this::end);
    }

    private void begin(ServerRequest request, ServerResponse response) throws IOException {
        // Another site must not log a browser in, under a key of its own.
        ForgedRequests.refuseOtherSites(request);
        String key = key(request);
        Principal principal = authentication.principal(request, key);
        authentication.requireLastSecret(key, "beginning a session");
        request.context().register(principal);
        Optional<TokenOwner> owner = Authentication.tokenOwner(request);
        Session session = authentication.record(
                request,
                AuditAction.LOGIN_SESSION,
                principal.name(),
                () -> owner.map(token -> sessions.ofToken(principal, token.end()))
                        .orElseGet(() -> sessions.ofKey(principal, key)));
        SessionCookie.of(request).flatMap(sessions::find).ifPresent(sessions::end);
        response.status(Status.CREATED_201);
        response.header("Set-Cookie", SessionCookie.header(session, addresses.isSecure(request)));
        send(response, session);
    }

    /** In the header, or in the body: a page that asks for a key sends a form. */
    private String key(ServerRequest request) throws IOException {
        RequestFields fields = new RequestFields(
                request.content().hasEntity()
                        ? Json.object(RequestBody.read(request, maxBody))
                        : Json.MAPPER.createObjectNode());
        fields.requireKnown(List.of("key"));
        Optional<String> field = fields.text("key");
        return Authentication.bearer(request).or(() -> field).orElse("");
    }

    private void show(ServerRequest request, ServerResponse response) {
        send(response, authentication.session(request));
    }

    private void end(ServerRequest request, ServerResponse response) {
        Session session = authentication.session(request);
        request.context().register(session.principal());
        var _ = authentication.record(
                request, AuditAction.LOGOUT_SESSION, session.principal().name(), () -> {
                    sessions.end(session);
                    return true;
                });
        response.header("Set-Cookie", SessionCookie.removal(addresses.isSecure(request)));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static void send(ServerResponse response, Session session) {
        Principal principal = session.principal();
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("id", principal.keyId())
                .put("name", principal.name())
                .put("scope", principal.scope().name().toLowerCase(Locale.ROOT));
        Groups.sorted(principal.groups()).names().forEach(body.putArray("groups")::add);
        body.put("csrf_token", session.secret().csrfToken());
        body.put("created_at", session.createdAt().toString());
        body.put("expires_at", session.end().toString());
        body.put("idle_expires_at", session.idleEnd().toString());
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Json.send(response, body);
    }
}
