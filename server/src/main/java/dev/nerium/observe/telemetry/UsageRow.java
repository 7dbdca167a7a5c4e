package dev.nerium.observe.telemetry;

import java.util.Map;

/**
 * A row of {@code telemetry.usage}: what the runs of one key used that were accepted on one day, and that ended since the row
 * before.
 *
 * @param values by column
 */
record UsageRow(Map<String, Object> values) implements TelemetryRow {
    @Override
    public TelemetryTable table() {
        return TelemetryTable.USAGE;
    }
}
