package dev.nerium.observe.telemetry;

import java.util.Map;

/** A row for one of the telemetry tables. */
public sealed interface TelemetryRow
        permits RunEventRow, SpanRow, LogRow, RunRow, TableReadRow, TableSizeRow, UsageRow {
    TelemetryTable table();

    /** Values by column: texts, numbers, instants, and lists and maps of such. */
    Map<String, Object> values();
}
