package dev.nerium.observe.trace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.observe.telemetry.SpanRow;
import dev.nerium.observe.telemetry.TelemetryTables;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** Puts spans into {@code telemetry.traces}. */
final class TableSpans implements SpanExporter {
    private final TelemetryTables tables;
    private final String resource;

    /** @param resource the attributes of this server, which all have */
    TableSpans(TelemetryTables tables, Attributes resource) {
        this.tables = tables;
        this.resource = AttributesJson.of(resource);
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        spans.forEach(span -> tables.add(row(span)));
        return CompletableResultCode.ofSuccess();
    }

    private SpanRow row(SpanData span) {
        return new SpanRow(
                TableLogs.keyId(span.getAttributes()),
                span.getTraceId(),
                span.getSpanId(),
                Optional.of(span.getParentSpanContext())
                        .filter(parent -> parent.isValid())
                        .map(parent -> parent.getSpanId()),
                span.getName(),
                span.getKind().name(),
                instant(span.getStartEpochNanos()),
                instant(span.getEndEpochNanos()),
                span.getStatus().getStatusCode().name(),
                attributes(span),
                resource);
    }

    /** With those of its events, for which there is no column. */
    private static String attributes(SpanData span) {
        ObjectNode attributes = AttributesJson.node(span.getAttributes());
        for (EventData event : span.getEvents()) {
            attributes.setAll(AttributesJson.node(event.getAttributes()));
        }
        return attributes.toString();
    }

    static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
