package dev.nerium.observe.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.LongSupplier;

/** All metrics of this server. Thread-safe. */
public final class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormatWriter plain =
            PrometheusTextFormatWriter.builder().build();
    private final ExpositionFormatWriter open =
            OpenMetricsTextFormatWriter.builder().build();
    private final RunMetrics runs = new RunMetrics(registry);
    private final HttpMetrics http = new HttpMetrics(registry);

    public Metrics() {
        JvmMetrics.builder().register(registry);
    }

    public RunMetrics runs() {
        return runs;
    }

    public HttpMetrics http() {
        return http;
    }

    /**
     * Adds a gauge.
     *
     * @param values by the value of the label, each read when a page is requested
     */
    public Metrics gauge(String name, String help, String label, Map<String, LongSupplier> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(page -> values.forEach((text, value) -> page.call((double) value.getAsLong(), text)))
                .register(registry);
        return this;
    }

    /** Adds a gauge without a label. */
    public Metrics gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(page -> page.call((double) value.getAsLong()))
                .register(registry);
        return this;
    }

    /** Adds a counter. */
    public Metrics counter(String name, String help, String label, Map<String, LongSupplier> values) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(page -> values.forEach((text, value) -> page.call((double) value.getAsLong(), text)))
                .register(registry);
        return this;
    }

    /** The current metrics, in one of Prometheus' formats. */
    public record MetricsPage(String contentType, String body) {}

    /** @param accept header of the request, which may request OpenMetrics */
    public MetricsPage page(String accept) {
        ExpositionFormatWriter writer = open.accepts(accept) ? open : plain;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new MetricsPage(writer.getContentType(), body.toString(StandardCharsets.UTF_8));
    }
}
