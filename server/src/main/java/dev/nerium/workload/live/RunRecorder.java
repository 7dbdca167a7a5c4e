package dev.nerium.workload.live;

import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.Observers;
import dev.nerium.run.NewRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.RunState;
import dev.nerium.run.Runs;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records the states of one run, and notifies observers. Thread-safe. */
final class RunRecorder {
    private final Runs records;
    private final Observers observers;
    private final RunStatistics statistics;
    private @Nullable Run run;
    private RunOrigin origin = RunOrigin.UNKNOWN;

    RunRecorder(Runs records, Observers observers, RunStatistics statistics) {
        this.records = records;
        this.observers = observers;
        this.statistics = statistics;
    }

    synchronized void queued(NewRun queued) {
        origin = queued.origin();
        run = records.queue(queued);
        observers.started(observed(run, ""));
    }

    /** It was recorded before this server started. */
    synchronized void requeued(Run recorded, RunOrigin of) {
        origin = of;
        run = recorded;
    }

    /** @param scheduledAt when its wait for a place ended */
    synchronized void started(Instant scheduledAt) {
        Run queued = known();
        Instant now = records.start(queued.id(), scheduledAt);
        run = queued.running(scheduledAt, now);
    }

    synchronized void ended(RunEnd end) {
        Run running = known();
        run = running.ended(end, records.end(running.id(), end));
        observers.ended(observed(run, end.log()));
    }

    /** Notifies observers that the run is active, once it has left the queue. */
    synchronized void heartbeat() {
        if (run != null && run.state() == RunState.RUNNING) {
            observers.running(observed(run.knowing(statistics.facts()), ""));
        }
    }

    private ObservedRun observed(Run now, String log) {
        return new ObservedRun(now, origin, statistics.history(), statistics.tables(), log);
    }

    private Run known() {
        return Objects.requireNonNull(run, "a run is recorded before anything of it starts");
    }
}
