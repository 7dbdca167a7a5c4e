package dev.nerium.observe.telemetry;

import java.time.Instant;
import java.util.Map;

/**
 * A row of {@code telemetry.logs}.
 *
 * @param keyId of the run's key, who sees the row
 * @param attributes JSON text, like those of the resource
 */
public record LogRow(
        String keyId,
        Instant time,
        String severity,
        String traceId,
        String spanId,
        String body,
        String attributes,
        String resourceAttributes)
        implements TelemetryRow {

    @Override
    public TelemetryTable table() {
        return TelemetryTable.LOGS;
    }

    @Override
    public Map<String, Object> values() {
        return Map.of(
                TelemetryTable.KEY_ID,
                keyId,
                "time",
                time,
                "severity",
                severity,
                "trace_id",
                traceId,
                "span_id",
                spanId,
                "body",
                body,
                "attributes",
                attributes,
                "resource_attributes",
                resourceAttributes);
    }
}
