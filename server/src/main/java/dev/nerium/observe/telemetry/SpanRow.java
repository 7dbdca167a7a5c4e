package dev.nerium.observe.telemetry;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code telemetry.traces}.
 *
 * @param keyId of the run's key, who sees the row
 * @param parentSpanId empty for the first span of a trace
 * @param attributes JSON text, like those of the resource
 */
public record SpanRow(
        String keyId,
        String traceId,
        String spanId,
        Optional<String> parentSpanId,
        String name,
        String kind,
        Instant start,
        Instant end,
        String statusCode,
        String attributes,
        String resourceAttributes)
        implements TelemetryRow {

    @Override
    public TelemetryTable table() {
        return TelemetryTable.TRACES;
    }

    @Override
    public Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        values.put(TelemetryTable.KEY_ID, keyId);
        values.put("trace_id", traceId);
        values.put("span_id", spanId);
        parentSpanId.ifPresent(parent -> values.put("parent_span_id", parent));
        values.put("span_name", name);
        values.put("span_kind", kind);
        values.put("start_time", start);
        values.put("end_time", end);
        values.put("status_code", statusCode);
        values.put("span_attributes", attributes);
        values.put("resource_attributes", resourceAttributes);
        return values;
    }
}
