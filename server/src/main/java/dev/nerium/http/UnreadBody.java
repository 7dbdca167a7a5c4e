package dev.nerium.http;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;

/** A body that nobody has read must never become the next request of its connection. */
final class UnreadBody {
    /** Worth reading to the end, to keep the connection. */
    private static final long SMALL = 64 << 10;

    private UnreadBody() {}

    /** Ends the connection with the response where more of a body is unread than is worth reading. */
    static void endConnection(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.beforeSend(() -> {
            if (request.content().hasEntity() && !request.content().consumed() && !isSmall(request)) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
        });
        chain.proceed();
    }

    /** One that waits for 100 Continue may send its body or not, now that it gets another response. */
    private static boolean isSmall(ServerRequest request) {
        return request.continueSent() && request.headers().contentLength().orElse(Long.MAX_VALUE) <= SMALL;
    }
}
