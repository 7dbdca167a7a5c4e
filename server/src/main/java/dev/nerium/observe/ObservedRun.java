package dev.nerium.observe;

import dev.nerium.run.Phase;
import dev.nerium.run.Run;
import dev.nerium.run.RunOrigin;
import java.time.Instant;
import java.util.List;

/**
 * A run at one moment.
 *
 * @param phases that ended until then, in the order in which they did
 * @param inputs tables that it read until then; at its start, those that it names
 * @param files outside of the lake that it read until then
 * @param at that moment
 * @param log what it printed, once it ended
 */
public record ObservedRun(
        Run run,
        RunOrigin origin,
        List<Phase> phases,
        List<ReadTable> inputs,
        List<ReadFiles> files,
        Instant at,
        String log) {
    /** Shorter ones are parts of ordinary words. */
    private static final int SHORTEST_SECRET = 8;

    public ObservedRun {
        phases = List.copyOf(phases);
        inputs = List.copyOf(inputs);
        files = List.copyOf(files);
    }

    /** The trace that the run is part of: its client's, else one that is found by the run's id. */
    public String traceId() {
        return origin.span(run.id()).traceId();
    }

    /** The span of the whole run. */
    public String spanId() {
        return origin.span(run.id()).spanId();
    }

    /** A text, such as that of an error, that does not repeat the run's params: they may be secrets. */
    public String withoutParams(String text) {
        String clean = text;
        for (String value : run.paramValues()) {
            if (value.length() >= SHORTEST_SECRET) {
                clean = clean.replace(value, "***");
            }
        }
        return clean;
    }

    /** One of which only the record is left. */
    public static ObservedRun recorded(Run run) {
        Instant end = run.times().ended().orElse(run.times().queued());
        return new ObservedRun(run, RunOrigin.UNKNOWN, List.of(), List.of(), List.of(), end, "");
    }
}
