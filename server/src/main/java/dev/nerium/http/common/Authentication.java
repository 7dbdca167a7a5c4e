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
        return principal(token(request));
    }

    /** Fails if the request has the secret that a rotation replaced, and that is accepted for a while only. */
    public void requireLastSecret(ServerRequest request, String purpose) {
        if (keys.isFormer(token(request))) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The request has the former secret of a key that was rotated: %s needs its new secret."
                            .formatted(purpose));
        }
    }

    private static String token(ServerRequest request) {
        String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw unauthorized();
        }
        return header.substring(BEARER.length()).strip();
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
