package dev.nerium.workload.live;

import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.Observers;
import dev.nerium.observe.ReadTable;
import dev.nerium.run.NewRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.RunState;
import dev.nerium.run.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records the states of one run, and notifies observers. Thread-safe. */
final class RunRecorder {
    private final Runs records;
    private final Observers observers;
    private final RunStatistics statistics;
    private @Nullable Run run;
    private RunOrigin origin = RunOrigin.UNKNOWN;

    /** Whether observers know the run; those of an earlier start of the server do. */
    private boolean announced;

    RunRecorder(Runs records, Observers observers, RunStatistics statistics) {
        this.records = records;
        this.observers = observers;
        this.statistics = statistics;
    }

    synchronized void queued(NewRun queued) {
        origin = queued.origin();
        run = records.queue(queued);
    }

    /** Notifies observers of the run once it has found its tables, or has ended before that. */
    synchronized void resolved() {
        if (!announced) {
            announced = true;
            observers.started(observed(known(), statistics.namedTables(), ""));
        }
    }

    /** Its statement writes to this table. */
    synchronized void destined(String table) {
        Run running = known();
        records.destine(running.id(), table);
        run = running.destined(table);
        resolved();
    }

    /** It was recorded before this server started. */
    synchronized void requeued(Run recorded, RunOrigin of) {
        origin = of;
        run = recorded;
        announced = true;
    }

    /** @param scheduledAt when its wait for a place ended */
    synchronized void started(Instant scheduledAt) {
        Run queued = known();
        Instant now = records.start(queued.id(), scheduledAt);
        run = queued.running(scheduledAt, now);
    }

    synchronized void ended(RunEnd end) {
        resolved();
        Run running = known();
        run = running.ended(end, records.end(running.id(), end));
        observers.ended(observed(run, statistics.readTables(), end.log()));
    }

    /** The time that it took, without its wait; 0 until it has ended. */
    synchronized Duration executed() {
        return run == null
                ? Duration.ZERO
                : run.times().duration().filter(Duration::isPositive).orElse(Duration.ZERO);
    }

    /** The bytes of the data files that it read. */
    synchronized long bytesRead() {
        return run == null ? 0 : run.facts().bytesIn();
    }

    /** Notifies observers that the run is active, once it has left the queue. */
    synchronized void heartbeat() {
        if (run != null && run.state() == RunState.RUNNING) {
            resolved();
            observers.running(observed(run.knowing(statistics.facts()), statistics.readTables(), ""));
        }
    }

    private ObservedRun observed(Run now, List<ReadTable> tables, String log) {
        return new ObservedRun(
                now, origin, statistics.history(), tables, statistics.readFiles(), statistics.now(), log);
    }

    private Run known() {
        return Objects.requireNonNull(run, "a run is recorded before anything of it starts");
    }
}
