package dev.nerium.server;

import dev.nerium.error.NeriumException;
import dev.nerium.observe.Observers;
import dev.nerium.observe.telemetry.TelemetryTables;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.store.StateStore;
import dev.nerium.workload.cache.ResultCache;
import java.util.Map;

/** The metrics that are read from the server's services on request. */
final class ServerGauges {
    private ServerGauges() {}

    static void register(Observability observability, Sandbox sandbox, StateStore store, ResultCache cache) {
        Observers observers = observability.observers();
        TelemetryTables tables = observability.telemetry();
        observability
                .metrics()
                .gauge(
                        "nerium_active_runs",
                        "Executing and queued runs",
                        "state",
                        Map.of("running", sandbox::running, "queued", sandbox::queued))
                .gauge(
                        "nerium_workers_idle",
                        "Idle workers: new ones, and workers that ran SQL of a key, which only that key uses again",
                        "kind",
                        Map.of("new", sandbox::newWorkers, "reusable", sandbox::reusableWorkers))
                .gauge(
                        "nerium_up",
                        "1 if this part of the server responds",
                        "part",
                        Map.of("store", () -> answers(store) ? 1 : 0))
                .gauge("nerium_result_cache_bytes", "Memory of cached results", cache::bytes)
                .gauge(
                        "nerium_telemetry_queue_size",
                        "Queued events for observers, and queued rows for tables",
                        "queue",
                        Map.of("events", observers::queueSize, "rows", tables::queueSize))
                .counter(
                        "nerium_telemetry_dropped_total",
                        "Events and rows that were dropped because the queue was full",
                        "queue",
                        Map.of("events", observers::dropped, "rows", tables::dropped));
    }

    private static boolean answers(StateStore store) {
        try {
            store.requireAnswer();
            return true;
        } catch (NeriumException e) {
            return false;
        }
    }
}
