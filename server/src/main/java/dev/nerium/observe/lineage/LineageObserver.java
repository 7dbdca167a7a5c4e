package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.RunObserver;
import dev.nerium.observe.lineage.LineageEvent.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Makes an OpenLineage event of each state of a run, and keeps it for whoever wants it. */
public final class LineageObserver implements RunObserver {
    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Number of events and of characters from which on a batch is written. */
    private static final int BATCH_EVENTS = 256;

    private static final int BATCH_CHARACTERS = 4 << 20;

    private final RunEventJson events;
    private final LineageStore store;
    private final Clock clock;
    private final Consumer<LineageEvent> listener;
    private final List<LineageEvent> batch = new ArrayList<>();
    private int batchCharacters;

    /** @param listener called with each stored event */
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
        ObjectNode event = events.event(type, time, run);
        EventSource source =
                new EventSource(run.run().owner().keyId(), Optional.of(run.run().server()));
        LineageEvent read = store.read(event, source);
        batch.add(read);
        batchCharacters += read.text().length();
        if (batch.size() >= BATCH_EVENTS || batchCharacters >= BATCH_CHARACTERS) {
            flush();
        }
    }

    @Override
    public void flush() {
        List<LineageEvent> collected = List.copyOf(batch);
        batch.clear();
        batchCharacters = 0;
        keep(collected);
        collected.forEach(listener);
    }

    /** A database that is busy or away for a moment loses no event; one that stays away is waited for by those that follow. */
    private void keep(List<LineageEvent> collected) {
        for (int attempt = 1; !collected.isEmpty(); attempt++) {
            try {
                store.keep(collected);
                return;
            } catch (NeriumException e) {
                if (attempt == ATTEMPTS || e.code() != ErrorCode.STATE_STORE_UNAVAILABLE) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos() * attempt);
            }
        }
    }
}
