package dev.nerium.http.common;

import dev.nerium.auth.session.Session;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Set;

/** Refuses requests that a page of another site makes a browser send, with the cookie of its session. */
public final class ForgedRequests {
    static final HeaderName TOKEN = HeaderNames.create("X-Nerium-CSRF");
    static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");

    private static final Set<String> SAFE = Set.of("GET", "HEAD");

    /** A page of this server made the request, or none did, such as an address that a person typed. */
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private ForgedRequests() {}

    static void refuse(ServerRequest request, Session session) {
        refuseOtherSites(request);
        boolean isSafe = SAFE.contains(request.prologue().method().text());
        String token = request.headers().first(TOKEN).orElse("");
        if (!isSafe && !session.secret().hasCsrfToken(token)) {
            throw forbidden(
                    "The request has a session, and its header X-Nerium-CSRF is %s: send the csrf_token of /api/v2/session."
                            .formatted(token.isEmpty() ? "missing" : "wrong"));
        }
    }

    /** By the headers that browsers set and pages can't change. */
    public static void refuseOtherSites(ServerRequest request) {
        boolean isOwn = request.headers().first(SITE).map(OWN_SITE::contains).orElse(true)
                && request.headers()
                        .first(HeaderNames.ORIGIN)
                        .map(origin -> isOrigin(
                                origin,
                                request.headers().first(HeaderNames.HOST).orElse("")))
                        .orElse(true);
        if (!isOwn) {
            throw forbidden(
                    "The request comes from a page of another site (Sec-Fetch-Site or Origin): sessions are for pages of this server.");
        }
    }

    private static boolean isOrigin(String origin, String host) {
        return origin.equalsIgnoreCase("https://" + host) || origin.equalsIgnoreCase("http://" + host);
    }

    private static NeriumException forbidden(String message) {
        return new NeriumException(ErrorCode.FORBIDDEN, message);
    }
}
