package dev.nerium.workload;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.CommitOutcome.Committed;
import dev.nerium.lake.Lake;
import dev.nerium.lake.TableName;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.Observers;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.run.Runs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the records of runs that a server left open when it died, each with the truth: what is in the table is complete, the
 * rest was aborted. Asked once the lake has settled the commits that were under way.
 */
public final class CrashRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(CrashRecovery.class);
    private static final String LOST = "The server stopped before the run ended.";

    private final Runs runs;
    private final Lake lake;
    private final Observers observers;

    public CrashRecovery(Runs runs, Lake lake, Observers observers) {
        this.runs = runs;
        this.lake = lake;
        this.observers = observers;
    }

    public void settle() {
        List<Run> open = runs.open();
        open.forEach(run -> {
            runs.end(run.id(), end(run));
            runs.find(run.id()).map(ObservedRun::recorded).ifPresent(observers::ended);
        });
        if (!open.isEmpty()) {
            LOG.info("{} runs were under way when the server stopped: their records are ended.", open.size());
        }
    }

    private RunEnd end(Run run) {
        return committed(run)
                .map(committed -> RunEnd.complete(OptionalLong.of(committed.rows()), facts(run, committed), ""))
                .orElseGet(() -> RunEnd.failed(new NeriumException(ErrorCode.SHUTTING_DOWN, LOST), RunFacts.NONE, ""));
    }

    private Optional<Committed> committed(Run run) {
        try {
            return run.destination()
                    .map(text -> TableName.parse(text, "the destination", lake.defaultCatalog()))
                    .flatMap(table -> lake.committed(table, run.id()));
        } catch (RuntimeException e) {
            LOG.warn("Whether the run {} was committed can't be told", run.id(), e);
            return Optional.empty();
        }
    }

    private static RunFacts facts(Run run, Committed committed) {
        long snapshot = committed.snapshot().orElse(0);
        Output output = new Output(run.destination().orElse(""), snapshot, committed.rows(), 0);
        return new RunFacts(Map.of(), List.of(), List.of(), output, null, null, null, null, List.of(), Map.of());
    }
}
