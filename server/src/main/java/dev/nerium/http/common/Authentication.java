package dev.nerium.http.common;

import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.oidc.AccessTokens;
import dev.nerium.auth.oidc.TokenOwner;
import dev.nerium.auth.session.Session;
import dev.nerium.auth.session.Sessions;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Locale;
import java.util.Optional;

/** Finds out whose key, access token or session a request has. */
public final class Authentication {
    private static final String BEARER = "bearer ";

    private final Keys keys;
    private final Optional<AccessTokens> tokens;
    private final Sessions sessions;
    private final FailedKeys failures;
    private final ClientAddresses addresses;

    /** @param tokens empty if tokens of an OpenID provider are not accepted */
    public Authentication(
            Keys keys,
            Optional<AccessTokens> tokens,
            Sessions sessions,
            FailedKeys failures,
            ClientAddresses addresses) {
        this.keys = keys;
        this.tokens = tokens;
        this.sessions = sessions;
        this.failures = failures;
        this.addresses = addresses;
    }

    /** The owner of the request's key or token, or a 401; a 429 if its address sent many requests without a valid one. */
    public Principal principal(ServerRequest request) {
        Principal principal =
                bearer(request).isEmpty() && SessionCookie.of(request).isPresent()
                        ? sessionOwner(request)
                        : principal(request, bearer(request).orElse(""));
        request.context().register(principal);
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
        return failures.count(addresses.of(request))
                .map(NeriumException::failedKeys)
                .orElse(unauthorized);
    }

    private static NeriumException unauthorized(String reason) {
        return new NeriumException(ErrorCode.UNAUTHORIZED, "Unauthorized", reason);
    }
}
