package dev.nerium.workload.live;

import static java.util.stream.Collectors.groupingBy;

import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.config.RunsConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.observe.Observers;
import dev.nerium.quota.RunQuota;
import dev.nerium.run.Runs;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** The runs that are under way in this server. Thread-safe. */
public final class ActiveRuns {
    private final ConcurrentHashMap<UUID, ActiveRun> runs = new ConcurrentHashMap<>();
    private final RunsConfig config;
    private final Runs records;
    private final Observers observers;
    private final Keys keys;
    private final Clock clock;
    private boolean closing;

    public ActiveRuns(RunsConfig config, Runs records, Observers observers, Keys keys, Clock clock) {
        this.config = config;
        this.records = records;
        this.observers = observers;
        this.keys = keys;
        this.clock = clock;
    }

    public synchronized ActiveRun open(RunQuota quota) {
        UUID id = quota.id();
        if (closing) {
            throw new NeriumException(
                    ErrorCode.SHUTTING_DOWN, "The server is shutting down and accepts no new work. Try again later.");
        }
        RunEvents events = new RunEvents(clock);
        RunStatistics statistics = new RunStatistics(events, quota::read, clock);
        RunRecorder history = new RunRecorder(records, observers, statistics);
        ActiveRun run = new ActiveRun(quota, keys::isUsable, events, statistics, history, this::close);
        if (runs.putIfAbsent(id, run) != null) {
            throw NeriumException.invalid("The run id " + id + " is in use: use a new one.");
        }
        return run;
    }

    private synchronized void close(ActiveRun run) {
        runs.remove(run.id());
        notifyAll();
    }

    /** Cancels a run, and waits a moment for its end. A run that ended already is left as it is. */
    public void cancel(UUID id) {
        Optional<ActiveRun> run = Optional.ofNullable(runs.get(id));
        if (run.isEmpty()) {
            return;
        }
        run.get().cancel(CancelReason.ASKED);
        await(Duration.ofSeconds(5), () -> !runs.containsKey(id));
    }

    /** Cancels the runs, waiting ones too, whose keys were revoked or expired since they came. */
    public void cancelRevoked() {
        Map<Principal, List<ActiveRun>> byKey = runs.values().stream().collect(groupingBy(ActiveRun::owner));
        byKey.forEach((owner, theirs) -> {
            if (!keys.isUsable(owner)) {
                theirs.forEach(run -> run.cancel(CancelReason.KEY_REVOKED));
            }
        });
    }

    /** The client of a run closed its connection. */
    public void clientDisconnected(UUID id) {
        Optional.ofNullable(runs.get(id)).ifPresent(run -> run.clientDisconnected(config.cancelOnDisconnect()));
    }

    /** The events of an active run. */
    public Optional<RunEvents> events(UUID id) {
        return Optional.ofNullable(runs.get(id)).map(ActiveRun::events);
    }

    /** The position in the queue of a run that is under way: 1 for the next, 0 for one that does not wait. */
    public int position(UUID id) {
        return Optional.ofNullable(runs.get(id)).map(ActiveRun::position).orElse(0);
    }

    /** Waits until a run that is under way here has ended; returns whether it did. */
    public boolean awaitEnd(UUID id, Duration timeout) {
        await(timeout, () -> !runs.containsKey(id));
        return !runs.containsKey(id);
    }

    /** The log of an active run so far. */
    public Optional<String> log(UUID id) {
        return Optional.ofNullable(runs.get(id)).map(ActiveRun::log);
    }

    /** Notifies observers of all active runs. */
    public void emitHeartbeats() {
        runs.values().forEach(ActiveRun::heartbeat);
    }

    /** Takes no new runs, leaves to the next start what can wait, gives the others the grace to finish, then cancels them. */
    public void shutDown(Duration grace) {
        synchronized (this) {
            closing = true;
        }
        runs.values().forEach(ActiveRun::suspend);
        await(grace, runs::isEmpty);
        runs.values().forEach(run -> run.cancel(CancelReason.SHUTDOWN));
        await(Duration.ofSeconds(10), runs::isEmpty);
    }

    private synchronized void await(Duration timeout, BooleanSupplier done) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            for (long left = timeout.toMillis();
                    left > 0 && !done.getAsBoolean();
                    left = (deadline - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
