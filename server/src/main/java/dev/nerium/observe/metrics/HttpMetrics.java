package dev.nerium.observe.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.Set;

/** Metrics of HTTP responses. Thread-safe. */
public final class HttpMetrics {
    /** The methods with a series of their own; a client can send any text as the method. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** OpenTelemetry's name for all other methods. */
    private static final String OTHER_METHOD = "_OTHER";

    private final Counter requests;
    private final Histogram times;

    HttpMetrics(PrometheusRegistry registry) {
        this.requests = Counter.builder()
                .name("nerium_http_requests_total")
                .help("Requests with a response")
                .labelNames("method", "route", "status")
                .register(registry);
        this.times = Histogram.builder()
                .name("nerium_http_request_seconds")
                .help("Time from a request to the end of its response")
                .unit(Unit.SECONDS)
                .labelNames("method", "route")
                .classicOnly()
                .classicUpperBounds(RunMetrics.SECONDS)
                .register(registry);
    }

    /** @param route as a template, of which there are few */
    public void answered(String method, String route, int status, Duration time) {
        String known = METHODS.contains(method) ? method : OTHER_METHOD;
        requests.labelValues(known, route, Integer.toString(status)).inc();
        times.labelValues(known, route).observe(Unit.nanosToSeconds(time.toNanos()));
    }
}
