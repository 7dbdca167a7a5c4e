package dev.nerium.observe.trace;

import dev.nerium.config.ConfigException;
import dev.nerium.config.TelemetryConfig;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The configured OpenTelemetry collector. Data that it does not accept in time is dropped. */
record Collector(String endpoint, Map<String, String> headers) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DELAY = Duration.ofSeconds(1);

    static Optional<Collector> of(TelemetryConfig.Otlp config) {
        return config.endpoint().isEmpty()
                ? Optional.empty()
                : Optional.of(new Collector(config.endpoint().replaceAll("/+$", ""), headers(config.headersFile())));
    }

    private static Map<String, String> headers(String file) {
        if (file.isEmpty()) {
            return Map.of();
        }
        Map<String, String> headers = new HashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.put(
                            line.substring(0, colon).strip(),
                            line.substring(colon + 1).strip());
                } else if (!line.isBlank()) {
                    throw new ConfigException(
                            "telemetry.otlp.headers-file: a line of " + file + " has no colon: write Name: value");
                }
            }
        } catch (IOException e) {
            throw new ConfigException("telemetry.otlp.headers-file: " + file + " can't be read: " + e.getMessage());
        }
        return headers;
    }

    SpanProcessor spans() {
        return BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint + "/v1/traces")
                        .setHeaders(() -> headers)
                        .setTimeout(TIMEOUT)
                        .build())
                .setScheduleDelay(DELAY)
                .build();
    }

    LogRecordProcessor logs() {
        return BatchLogRecordProcessor.builder(OtlpHttpLogRecordExporter.builder()
                        .setEndpoint(endpoint + "/v1/logs")
                        .setHeaders(() -> headers)
                        .setTimeout(TIMEOUT)
                        .build())
                .setScheduleDelay(DELAY)
                .build();
    }
}
