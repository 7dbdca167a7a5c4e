package dev.nerium.sandbox;

import dev.nerium.sandbox.admission.Admission.Slot;
import dev.nerium.sandbox.admission.LeaseRequest;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Cancelled;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.JobOutcome.Crashed;
import dev.nerium.sandbox.job.JobOutcome.FailureKind;
import dev.nerium.sandbox.job.JobOutcome.ProtocolBroken;
import dev.nerium.sandbox.job.JobOutcome.Refused;
import dev.nerium.sandbox.job.JobOutcome.TimedOut;
import dev.nerium.sandbox.job.JobOutcome.UserFailed;
import dev.nerium.sandbox.job.ResourceUsage;
import dev.nerium.sandbox.job.RunLog;
import dev.nerium.sandbox.job.TimeLimit;
import dev.nerium.sandbox.job.Work;
import dev.nerium.sandbox.job.WorkerCallbacks;
import dev.nerium.sandbox.process.Worker;
import dev.nerium.sandbox.protocol.Frame;
import dev.nerium.sandbox.protocol.ProtocolException;
import dev.nerium.sandbox.protocol.ProtocolHandler;
import dev.nerium.sandbox.protocol.WorkerReply;
import dev.nerium.sandbox.protocol.WorkerReply.Died;
import dev.nerium.sandbox.protocol.WorkerReply.Failed;
import dev.nerium.sandbox.protocol.WorkerReply.Result;
import dev.nerium.variable.ScriptSecrets;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker leased for one job. Files of the outcome exist until the lease is closed. */
public final class SandboxLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxLease.class);

    private final Worker worker;
    private final Sandbox sandbox;
    private final LeaseRequest request;
    private final Slot slot;
    private final RunLog log;

    /** The worker has ended its job and waits for the next. */
    private boolean clean;

    private boolean closed;

    private ResourceUsage usage = ResourceUsage.UNKNOWN;

    SandboxLease(Worker worker, Sandbox sandbox, LeaseRequest request, Slot slot) {
        this.worker = worker;
        this.sandbox = sandbox;
        this.request = request;
        this.slot = slot;
        this.log = new RunLog((int) sandbox.config().maxLog().bytes());
    }

    /** When its wait for a place ended. */
    public Instant scheduledAt() {
        return slot.since();
    }

    /** Runs a job that gets no secrets. */
    public JobOutcome run(Job job, WorkerCallbacks callbacks, TimeLimit limit) throws IOException {
        return run(job, ScriptSecrets.NONE, callbacks, limit);
    }

    /**
     * Runs the job within a time limit.
     *
     * @param secrets the values that its script gets
     */
    public JobOutcome run(Job job, ScriptSecrets secrets, WorkerCallbacks callbacks, TimeLimit limit)
            throws IOException {
        ScheduledFuture<?> alarm = sandbox.clock()
                .schedule(
                        () -> worker.stop(new TimedOut(limit)), limit.duration().toMillis(), TimeUnit.MILLISECONDS);
        OptionalLong before = worker.cpuMicros();
        try {
            JobOutcome outcome =
                    outcome(sandbox.onPipes(() -> worker.run(job, secrets, callbacks, sandbox.allocator(), log)), job);
            usage = worker.usage().since(before);
            clean = outcome instanceof Completed
                    || outcome instanceof JobOutcome.Explained
                    || outcome instanceof UserFailed
                    || outcome instanceof Refused;
            return outcome;
        } finally {
            alarm.cancel(false);
        }
    }

    /** Ends the job as cancelled, from any thread. */
    public synchronized void cancel() {
        // Once the lease ended, the worker may be at another's job.
        if (!closed) {
            worker.stop(new Cancelled());
        }
    }

    /** The resource usage of the job, after it ended. */
    public ResourceUsage usage() {
        return usage;
    }

    /** Versions of what runs the job: {@code polars}, {@code worker} and {@code python}, as it said before any job. */
    public Map<String, String> versions() {
        return worker.versions();
    }

    /** The output of the job. */
    public RunLog log() {
        return log;
    }

    @Override
    public synchronized void close() {
        closed = true;
        // Output of a worker for SQL may arrive late, and must not go to another run's log.
        if (request.takesUsed() && clean && log.isEmpty() && worker.isReusable()) {
            try {
                worker.clear();
                sandbox.keep(worker, request.keyId(), slot);
                return;
            } catch (IOException e) {
                LOG.warn("The folder of a worker can't be emptied: {}", e.getMessage());
            }
        }
        sandbox.retire(worker, slot);
    }

    private JobOutcome outcome(WorkerReply ending, Job job) {
        try {
            if (ending instanceof Result(Frame frame, var _, var _)) {
                worker.fetch(frame);
            }
        } catch (IOException e) {
            worker.stop(new Cancelled());
            return e instanceof ProtocolException broken
                    ? new ProtocolBroken(String.valueOf(broken.getMessage()))
                    : new Crashed(String.valueOf(e.getMessage()));
        }
        if (!request.takesUsed()) {
            // User code has run: none of its processes may be alive when its files are opened.
            worker.stop(new Cancelled());
            worker.awaitDeath();
        }
        return switch (ending) {
            case Died(JobOutcome outcome) -> outcome;
            case Failed(JobOutcome outcome) -> job.work() instanceof Work.Script ? ofScript(outcome) : outcome;
            case WorkerReply.Explained explained -> explained(explained);
            case Result result -> collectOutput(result, job);
        };
    }

    /** A script can break the worker's code, or report that it did: that is not a failure of the server. */
    private static JobOutcome ofScript(JobOutcome outcome) {
        return outcome instanceof UserFailed failed && failed.kind() == FailureKind.WORKER
                ? new ProtocolBroken(failed.error())
                : outcome;
    }

    private JobOutcome explained(WorkerReply.Explained explained) {
        try {
            return ProtocolHandler.explained(explained);
        } catch (IOException e) {
            worker.stop(new Cancelled());
            return new ProtocolBroken(String.valueOf(e.getMessage()));
        }
    }

    private JobOutcome collectOutput(Result result, Job job) {
        try {
            return worker.collectOutput(result, job.limits());
        } catch (IOException e) {
            worker.stop(new Cancelled());
            return new ProtocolBroken(String.valueOf(e.getMessage()));
        }
    }
}
