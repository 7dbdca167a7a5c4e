package dev.nerium.observe.lineage;

import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.RunObserver;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes an OpenLineage event of each state of a run, and keeps it for whoever wants it. */
public final class LineageObserver implements RunObserver {
    private final RunEventJson events;
    private final LineageStore store;
    private final Clock clock;
    private final Consumer<LineageEvent> listener;

    /** @param listener is told of each event that was kept */
    LineageObserver(RunEventJson events, LineageStore store, Clock clock, Consumer<LineageEvent> listener) {
        this.events = events;
        this.store = store;
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public void started(ObservedRun run) {
        keep("START", run.run().times().queued(), run);
    }

    @Override
    public void running(ObservedRun run) {
        keep("RUNNING", clock.instant(), run);
    }

    @Override
    public void ended(ObservedRun run) {
        keep(run.run().state().name(), run.run().times().ended().orElseGet(clock::instant), run);
    }

    private void keep(String type, Instant time, ObservedRun run) {
        String server = run.run().server();
        listener.accept(store.keep(events.event(type, time, run), Optional.of(server)));
    }
}
