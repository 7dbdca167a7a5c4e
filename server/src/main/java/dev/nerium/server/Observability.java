package dev.nerium.server;

import dev.nerium.audit.Audit;
import dev.nerium.config.Build;
import dev.nerium.config.NeriumConfig;
import dev.nerium.observe.Observers;
import dev.nerium.observe.RunObserver;
import dev.nerium.observe.lineage.Lineage;
import dev.nerium.observe.lineage.RunEventRows;
import dev.nerium.observe.metrics.Metrics;
import dev.nerium.observe.telemetry.AuditTable;
import dev.nerium.observe.telemetry.RunTelemetry;
import dev.nerium.observe.telemetry.TelemetryTables;
import dev.nerium.observe.trace.Tracing;
import dev.nerium.store.RecurringTasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Metrics, traces, lineage, the tables of telemetry and the audit trail. */
record Observability(Metrics metrics, Lineage lineage, TelemetryTables telemetry, Observers observers, Audit audit) {
    static Observability start(NeriumConfig config, CoreServices core, CloseableStack open) throws IOException {
        RecurringTasks tasks = new RecurringTasks(core.store(), core.clock());
        String server = core.runs().server();
        Audit audit =
                Audit.of(core.store(), server, core.clock(), config.telemetry().audit());
        open.add(AuditTable.open(audit, core.lake(), config, tasks, server, core.clock()));
        TelemetryTables telemetry =
                open.add(TelemetryTables.open(core.lake(), config.telemetry(), tasks, server, core.clock()));
        Tracing tracing = open.add(
                new Tracing(config.telemetry(), telemetry, server, Build.read().version()));
        Metrics metrics = new Metrics();
        Lineage lineage =
                open.add(Lineage.open(config.lineage(), core.lake(), core.store(), core.runs(), core.clock()));
        List<RunObserver> watching = new ArrayList<>(List.of(metrics.runs(), tracing, new RunTelemetry(telemetry)));
        if (config.lineage().runEvents()) {
            watching.add(lineage.observer(core::mayRead, event -> telemetry.add(RunEventRows.of(event))));
        }
        Observers observers = open.add(new Observers(watching));
        return new Observability(metrics, lineage, telemetry, observers, audit);
    }
}
