package dev.nerium.workload;

import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;

/** One execution of a run's job. The rows and files of its result exist until it is closed. */
abstract sealed class Execution implements AutoCloseable permits LocalExecution, DistributedExecution, CachedExecution {
    private final StartedRun started;

    Execution(StartedRun started) {
        this.started = started;
    }

    /** Executes the job, or fails with the reason that the client gets. */
    abstract Completed execute(Job job, RunTables tables) throws IOException, InterruptedException;

    /** Where the job was executed. */
    abstract Placement placement();

    /** Marks the files of the result as part of the destination, or possibly part of it: they outlive this execution. */
    abstract void keepFiles();

    StartedRun started() {
        return started;
    }

    @Override
    public abstract void close();
}
