package dev.nerium.run;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The origin of a run, as stated by its client.
 *
 * @param parent the parent run, such as that of a scheduler
 * @param root the run at which a chain of parents began
 * @param replayed the run whose request is executed again
 * @param awaitedSince when the request of a client arrived that waits for the run's end; empty if no client waits
 */
public record RunOrigin(
        Optional<TraceParent> trace,
        Optional<ParentRun> parent,
        Optional<ParentRun> root,
        Optional<ReplayedRun> replayed,
        Optional<Instant> awaitedSince) {
    public static final RunOrigin UNKNOWN =
            new RunOrigin(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The same of a replay of another run. */
    public RunOrigin replaying(Optional<ReplayedRun> run) {
        return new RunOrigin(trace, parent, root, run, awaitedSince);
    }

    /** The same, of a request whose client waits for the end of the run. */
    public RunOrigin awaitedSince(Instant arrival) {
        return new RunOrigin(trace, parent, root, replayed, Optional.of(arrival));
    }

    /** The span of a run that comes from here: in its client's trace, else in one that is found by the run's id. */
    public TraceParent span(UUID run) {
        return new TraceParent(
                trace.map(TraceParent::traceId).orElseGet(() -> run.toString().replace("-", "")),
                HexFormat.of().toHexDigits(run.getLeastSignificantBits()),
                trace.map(TraceParent::sampled).orElse(true));
    }

    /** @param job its name */
    public record ReplayedRun(UUID run, String job) {}

    /** A run of another system, in OpenLineage's terms. */
    public record ParentRun(String namespace, String job, UUID run) {}
}
