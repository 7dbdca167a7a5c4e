package dev.nerium.observe.trace;

import dev.nerium.observe.telemetry.LogRow;
import dev.nerium.observe.telemetry.TelemetryTables;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Puts log records into {@code telemetry.logs}. */
final class TableLogs implements LogRecordExporter {
    private final TelemetryTables tables;
    private final String resource;

    /** @param resource the attributes of this server, which all have */
    TableLogs(TelemetryTables tables, Attributes resource) {
        this.tables = tables;
        this.resource = AttributesJson.of(resource);
    }

    @Override
    public CompletableResultCode export(Collection<LogRecordData> records) {
        records.forEach(log -> tables.add(row(log)));
        return CompletableResultCode.ofSuccess();
    }

    private LogRow row(LogRecordData log) {
        @Nullable Value<?> body = log.getBodyValue();
        return new LogRow(
                keyId(log.getAttributes()),
                TableSpans.instant(log.getTimestampEpochNanos()),
                log.getSeverity().name(),
                log.getSpanContext().getTraceId(),
                log.getSpanContext().getSpanId(),
                body == null ? "" : body.asString(),
                AttributesJson.of(log.getAttributes()),
                resource);
    }

    /** Empty if a record has no key. */
    static String keyId(Attributes attributes) {
        @Nullable String key = attributes.get(RunLogs.KEY);
        return key == null ? "" : key;
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
