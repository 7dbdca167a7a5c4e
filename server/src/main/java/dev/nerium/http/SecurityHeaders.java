package dev.nerium.http;

import dev.nerium.http.common.ClientAddresses;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/** Headers that restrict what a browser does with a response, such as one that a link on another page leads to. */
record SecurityHeaders(ClientAddresses addresses) {
    private static final HeaderName CONTENT_TYPE_OPTIONS = HeaderNames.create("X-Content-Type-Options");
    private static final HeaderName REFERRER_POLICY = HeaderNames.create("Referrer-Policy");
    private static final HeaderName CONTENT_SECURITY_POLICY = HeaderNames.create("Content-Security-Policy");
    private static final HeaderName TRANSPORT_SECURITY = HeaderNames.create("Strict-Transport-Security");

    private static final String ONE_YEAR = "max-age=31536000";
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    /** The page of the routes has a script and styles in its text. */
    private static final String DOCS =
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " frame-ancestors 'none'";

    /** See docs/adr/0060-the-console-is-in-the-jar.md. */
    private static final String CONSOLE = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    void add(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String policy = policy(request.path().path());
        boolean isSecure = addresses.isSecure(request);
        response.beforeSend(() -> {
            response.header(CONTENT_TYPE_OPTIONS, "nosniff");
            response.header(REFERRER_POLICY, "no-referrer");
            response.header(CONTENT_SECURITY_POLICY, policy);
            if (isSecure) {
                response.header(TRANSPORT_SECURITY, ONE_YEAR);
            }
        });
        chain.proceed();
    }

    private static String policy(String path) {
        if (path.startsWith("/docs")) {
            return DOCS;
        }
        return path.equals("/") || path.startsWith("/assets/") ? CONSOLE : NOTHING;
    }
}
