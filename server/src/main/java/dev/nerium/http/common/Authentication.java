package dev.nerium.http.common;

import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Locale;

/** Finds out whose bearer token a request carries. */
public final class Authentication {
    private static final String BEARER = "bearer ";

    private final Keys keys;

    public Authentication(Keys keys) {
        this.keys = keys;
    }

    /** The owner of the request's key, or a 401. */
    public Principal principal(ServerRequest request) {
        String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw unauthorized();
        }
        Principal principal = principal(header.substring(BEARER.length()).strip());
        request.context().register(principal);
        return principal;
    }

    /** The owner of the key of a request that was authenticated before. */
    public static Principal authenticated(ServerRequest request) {
        return request.context().get(Principal.class).orElseThrow();
    }

    /** Whether the key of a request is still valid, because a response may take long. */
    public boolean isUsable(Principal principal) {
        return keys.isUsable(principal);
    }

    /** The owner of a key, or a 401. */
    public Principal principal(String key) {
        return keys.authenticate(key).orElseThrow(Authentication::unauthorized);
    }

    private static NeriumException unauthorized() {
        return new NeriumException(ErrorCode.UNAUTHORIZED, "Unauthorized");
    }
}
