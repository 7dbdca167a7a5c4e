package dev.nerium.observe.telemetry;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A row of {@code telemetry.run_events}: an OpenLineage event.
 *
 * @param keyId of the run's key, who sees the row
 * @param eventType such as START and COMPLETE
 * @param correlationId the trace of the run
 */
public record RunEventRow(
        String keyId,
        String eventType,
        Instant eventTime,
        Instant receivedAt,
        String correlationId,
        RunPart run,
        NamedPart job,
        List<NamedPart> inputs,
        List<NamedPart> outputs)
        implements TelemetryRow {

    /** @param facets JSON text */
    public record RunPart(String id, String facets) {
        Map<String, Object> values() {
            return Map.of("id", id, "facets", facets);
        }
    }

    /**
     * A job or a dataset.
     *
     * @param facets JSON text
     */
    public record NamedPart(String namespace, String name, String facets) {
        Map<String, Object> values() {
            return Map.of("namespace", namespace, "name", name, "facets", facets);
        }
    }

    public RunEventRow {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    @Override
    public TelemetryTable table() {
        return TelemetryTable.RUN_EVENTS;
    }

    @Override
    public Map<String, Object> values() {
        return Map.of(
                TelemetryTable.KEY_ID,
                keyId,
                "event_type",
                eventType,
                "event_time",
                eventTime,
                "received_at",
                receivedAt,
                "telemetry_correlation_id",
                correlationId,
                "run",
                run.values(),
                "job",
                job.values(),
                "inputs",
                inputs.stream().map(NamedPart::values).toList(),
                "outputs",
                outputs.stream().map(NamedPart::values).toList());
    }
}
