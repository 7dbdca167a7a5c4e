package dev.nerium.http.common;

import dev.nerium.audit.Actor;
import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.oidc.AccessTokens;
import dev.nerium.auth.oidc.TokenOwner;
import dev.nerium.auth.session.Session;
import dev.nerium.auth.session.Sessions;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds out whose key, access token or session a request has. */
public final class Authentication {
    private static final String BEARER = "bearer ";

    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final String RECORDED = "denial-is-recorded";

    private final Keys keys;
    private final Optional<AccessTokens> tokens;
    private final Sessions sessions;
    private final FailedKeys failures;
    private final ClientAddresses addresses;
    private final Audit audit;

    /** @param tokens empty if tokens of an OpenID provider are not accepted */
    public Authentication(
            Keys keys,
            Optional<AccessTokens> tokens,
            Sessions sessions,
            FailedKeys failures,
            ClientAddresses addresses,
            Audit audit) {
        this.keys = keys;
        this.tokens = tokens;
        this.sessions = sessions;
        this.failures = failures;
        this.addresses = addresses;
        this.audit = audit;
    }

    /** The owner of the request's key or token, or a 401; a 429 if its address sent many requests without a valid one. */
    public Principal principal(ServerRequest request) {
        Principal principal =
                bearer(request).isEmpty() && SessionCookie.of(request).isPresent()
                        ? sessionOwner(request)
                        : principal(request, bearer(request).orElse(""));
        request.context().register(principal);
        request.context().register(this);
        return principal;
    }

    private Principal sessionOwner(ServerRequest request) {
        Session session = session(request);
        if (Principal.isTokenOwner(session.principal().keyId())) {
            request.context().register(new TokenOwner(session.principal(), session.end()));
        }
        return session.principal();
    }

    /** The session of the request's cookie, or a 401; a 403 if a page of another site may have made the request. */
    public Session session(ServerRequest request) {
        Session session = SessionCookie.of(request)
                .map(cookie -> sessions.find(cookie)
                        .orElseThrow(() -> refusal(request, unauthorized("The session is unknown or over."))))
                .orElseThrow(() -> unauthorized(""));
        ForgedRequests.refuse(request, session);
        return session;
    }

    /** Makes a change that an authenticated request asks for, and records it. */
    public <T> T record(ServerRequest request, AuditAction action, String object, Supplier<T> work) {
        return record(request, action, object, work, _ -> "");
    }

    /** @param failure the code of a result that is a failure, else an empty text */
    public <T> T record(
            ServerRequest request, AuditAction action, String object, Supplier<T> work, Function<T, String> failure) {
        try {
            return audit.record(new AuditChange(actor(request), action, object), work, failure);
        } catch (NeriumException e) {
            request.context().register(RECORDED, true);
            throw e;
        }
    }

    /** Records that a request was refused because its key lacks a right, unless that is the outcome of a change. */
    void recordDenial(ServerRequest request) {
        if (!request.context().get(RECORDED, Boolean.class).orElse(false)) {
            // A path may have anything in it, also the text of a key.
            String route = request.prologue().method().text() + " "
                    + request.matchingPattern().orElse("");
            audit.denied(new AuditChange(actor(request), AuditAction.REQUEST_DENIED, route));
        }
    }

    private Actor actor(ServerRequest request) {
        return Actor.of(
                authenticated(request),
                addresses.of(request).getHostAddress(),
                request.headers().first(REQUEST_ID).orElse(""));
    }

    /** The owner of the key of a request that was authenticated before. */
    public static Principal authenticated(ServerRequest request) {
        return request.context().get(Principal.class).orElseThrow();
    }

    /** The owner of a key or token that is in another part of the request, or a 401 or 429. */
    public Principal principal(ServerRequest request, String key) {
        if (tokens.isPresent() && AccessTokens.isToken(key)) {
            return tokenOwner(request, tokens.get(), key);
        }
        // Valid keys are accepted from each address: behind a proxy or NAT, it is that of many clients.
        return keys.authenticate(key)
                .orElseThrow(() ->
                        refusal(request, unauthorized(key.isEmpty() ? "" : "The key is unknown, expired or revoked.")));
    }

    private Principal tokenOwner(ServerRequest request, AccessTokens accepted, String token) {
        try {
            TokenOwner owner = accepted.owner(token);
            request.context().register(owner);
            return owner.principal();
        } catch (NeriumException e) {
            throw e.code() == ErrorCode.UNAUTHORIZED ? refusal(request, e) : e;
        }
    }

    /** The owner of the token of a request that was authenticated before; empty if the request has a key. */
    public static Optional<TokenOwner> tokenOwner(ServerRequest request) {
        return request.context().get(TokenOwner.class);
    }

    /** Fails if the request has the secret that a rotation replaced, and that is accepted for a while only. */
    public void requireLastSecret(ServerRequest request, String purpose) {
        requireLastSecret(bearer(request).orElse(""), purpose);
    }

    /** Fails if a key has the secret that a rotation replaced. */
    public void requireLastSecret(String key, String purpose) {
        if (keys.isFormer(key)) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The request has the former secret of a key that was rotated: %s needs its new secret."
                            .formatted(purpose));
        }
    }

    /** The key or token in the header of a request. */
    public static Optional<String> bearer(ServerRequest request) {
        return request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()).strip());
    }

    /** Whether the key of a request is still valid, because a response may take long. */
    public boolean isUsable(Principal principal) {
        return keys.isUsable(principal);
    }

    private NeriumException refusal(ServerRequest request, NeriumException unauthorized) {
        InetAddress address = addresses.of(request);
        audit.failedLogin(new AuditChange(
                Actor.unknown(address.getHostAddress()), AuditAction.LOGIN_FAILED, address.getHostAddress()));
        return failures.count(address).map(NeriumException::failedKeys).orElse(unauthorized);
    }

    private static NeriumException unauthorized(String reason) {
        return new NeriumException(ErrorCode.UNAUTHORIZED, "Unauthorized", reason);
    }
}
