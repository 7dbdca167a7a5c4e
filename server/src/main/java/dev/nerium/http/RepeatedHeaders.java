package dev.nerium.http;

import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;

/** Headers of which only one can be meant: a proxy may have looked at the other. */
final class RepeatedHeaders {
    private static final List<HeaderName> SINGLE = List.of(
            HeaderNames.AUTHORIZATION,
            HeaderNames.CONTENT_TYPE,
            HeaderNames.ORIGIN,
            HeaderNames.create("Sec-Fetch-Site"),
            HeaderNames.create("X-Nerium-CSRF"),
            HeaderNames.create("Idempotency-Key"),
            HeaderNames.create("X-Nerium-Run-Id"));

    private RepeatedHeaders() {}

    static void refuse(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        for (HeaderName name : SINGLE) {
            int count = request.headers().all(name, List::of).size();
            if (count > 1) {
                throw NeriumException.invalid(
                        "The request has the header " + name.defaultCase() + " " + count + " times: send it once.");
            }
        }
        chain.proceed();
    }
}
