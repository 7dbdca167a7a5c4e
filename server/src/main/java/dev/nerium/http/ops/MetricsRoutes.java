package dev.nerium.http.ops;

import dev.nerium.auth.Scope;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Router;
import dev.nerium.observe.metrics.HttpMetrics;
import dev.nerium.observe.metrics.Metrics;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/** {@code /metrics}, for Prometheus; without a key only if the configuration allows it. */
public final class MetricsRoutes {
    private static final String NO_ROUTE = "none";

    private final Authentication authentication;
    private final Metrics metrics;
    private final boolean allowAnonymous;

    public MetricsRoutes(Authentication authentication, Metrics metrics, boolean allowAnonymous) {
        this.authentication = authentication;
        this.metrics = metrics;
        this.allowAnonymous = allowAnonymous;
    }

    public void register(Router routes) {
        routes.get("/metrics", this::page);
    }

    private void page(ServerRequest request, ServerResponse response) {
        if (!allowAnonymous) {
            authentication.principal(request).require(Scope.READ, "reading metrics");
        }
        Metrics.MetricsPage page =
                metrics.page(request.headers().first(HeaderNames.ACCEPT).orElse(""));
        response.headers().contentType(MediaTypes.create(page.contentType()));
        response.send(page.body());
    }

    /** Counts every response by the route's template, because the number of paths with ids is unlimited. */
    public static void count(HttpMetrics http, FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long start = System.nanoTime();
        response.whenSent(() -> http.answered(
                request.prologue().method().text(),
                request.matchingPattern().filter(route -> !route.isEmpty()).orElse(NO_ROUTE),
                response.status().code(),
                Duration.ofNanos(System.nanoTime() - start)));
        chain.proceed();
    }
}
