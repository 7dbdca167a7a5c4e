package dev.nerium.server;

import dev.nerium.error.NeriumException;
import dev.nerium.observe.Observers;
import dev.nerium.observe.telemetry.TelemetryTables;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.store.StateStore;
import java.util.Map;

/** The figures that are looked up in the server's services when somebody asks. */
final class ServerGauges {
    private ServerGauges() {}

    static void register(Observability observability, Sandbox sandbox, StateStore store) {
        Observers observers = observability.observers();
        TelemetryTables tables = observability.telemetry();
        observability
                .metrics()
                .gauge(
                        "nerium_active_runs",
                        "Runs that have a place, or wait for one",
                        "state",
                        Map.of("running", sandbox::running, "queued", sandbox::queued))
                .gauge(
                        "nerium_workers_idle",
                        "Workers that wait for a job: new ones, and those that ran SQL of a key, which can use them again",
                        "kind",
                        Map.of("new", sandbox::newWorkers, "reusable", sandbox::reusableWorkers))
                .gauge(
                        "nerium_up",
                        "Whether a part of the server answers",
                        "part",
                        Map.of("store", () -> answers(store) ? 1 : 0))
                .gauge(
                        "nerium_telemetry_queue_size",
                        "Events of runs that wait for their observers, and rows that wait for their table",
                        "queue",
                        Map.of("events", observers::queueSize, "rows", tables::queueSize))
                .counter(
                        "nerium_telemetry_dropped_total",
                        "Events and rows that were left out because too many waited",
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
