package dev.nerium.workload;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Lake;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.Observers;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.run.Runs;
import dev.nerium.workload.CommitLookup.CommitFate.InTable;
import dev.nerium.workload.CommitLookup.CommitFate.NotInTable;
import dev.nerium.workload.CommitLookup.CommitFate.StateUnknown;
import dev.nerium.workload.results.SpooledResults;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the records of runs that a server left open when it died, each with the truth: what is in the table is complete, the
 * rest was aborted. Asked once the lake has settled the commits that were under way. Thread-safe.
 */
public final class RunRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecovery.class);
    private static final String LOST = "The server stopped before the run ended.";

    private final Runs runs;
    private final CommitLookup commits;
    private final SpooledResults spool;
    private final Observers observers;

    public RunRecovery(Runs runs, Lake lake, SpooledResults spool, Observers observers) {
        this.runs = runs;
        this.commits = new CommitLookup(lake, runs.server());
        this.spool = spool;
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

    /** Returns the run with its end if that was unknown when the record was written, and is known now. */
    public Run settled(Run run) {
        if (!run.failedWith(ErrorCode.COMMIT_STATE_UNKNOWN)) {
            return run;
        }
        RunEnd end = end(run);
        if (end.failure()
                .filter(e -> e.code() == ErrorCode.COMMIT_STATE_UNKNOWN)
                .isPresent()) {
            return run;
        }
        runs.settle(run.id(), end);
        return runs.find(run.id()).orElse(run);
    }

    private RunEnd end(Run run) {
        return switch (commits.of(run)) {
            case InTable(Committed commit) -> {
                spool.publish(run.id(), commit.rows());
                yield RunEnd.complete(OptionalLong.of(commit.rows()), facts(run, commit), "");
            }
            case NotInTable() -> failed(new NeriumException(ErrorCode.SHUTTING_DOWN, LOST));
            case StateUnknown() ->
                failed(new NeriumException(
                        ErrorCode.COMMIT_STATE_UNKNOWN,
                        LOST + " Whether its rows reached " + run.destination().orElse("")
                                + " is not known: look before you send the workload again."));
        };
    }

    private static RunEnd failed(NeriumException failure) {
        return RunEnd.failed(failure, RunFacts.NONE, "");
    }

    private static RunFacts facts(Run run, Committed committed) {
        long snapshot = committed.snapshot().orElse(0);
        Output output = new Output(run.destination().orElse(""), snapshot, committed.rows(), 0, null, null);
        return new RunFacts(
                Map.of(), List.of(), List.of(), List.of(), output, null, null, null, null, null, List.of(), Map.of(),
                null);
    }
}
