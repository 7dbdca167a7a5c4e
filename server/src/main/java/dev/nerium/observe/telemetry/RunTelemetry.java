package dev.nerium.observe.telemetry;

import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.RunObserver;

/**
 * Adds each run that has ended to {@code telemetry.runs}, its use to {@code telemetry.usage}, and the tables that it read to {@code
 * telemetry.table_reads}.
 */
public final class RunTelemetry implements RunObserver {
    private final TelemetryTables tables;

    public RunTelemetry(TelemetryTables tables) {
        this.tables = tables;
    }

    @Override
    public void started(ObservedRun run) {
        // A run is added when it has ended.
    }

    @Override
    public void ended(ObservedRun run) {
        if (tables.isKept(TelemetryTable.RUNS)) {
            tables.add(RunRow.of(run));
        }
        if (tables.isKept(TelemetryTable.USAGE)) {
            tables.count(run.run());
        }
        if (tables.isKept(TelemetryTable.TABLE_READS)) {
            TableReadRow.of(run).forEach(tables::add);
        }
    }
}
