package dev.nerium.sandbox;

import dev.nerium.sandbox.Ending.Died;
import dev.nerium.sandbox.Ending.Failed;
import dev.nerium.sandbox.Ending.Result;
import dev.nerium.sandbox.Outcome.Cancelled;
import dev.nerium.sandbox.Outcome.Completed;
import dev.nerium.sandbox.Outcome.Crashed;
import dev.nerium.sandbox.Outcome.Refused;
import dev.nerium.sandbox.Outcome.TimedOut;
import dev.nerium.sandbox.Outcome.UserFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker leased for one job. What the outcome refers to lives until the lease is closed. */
public final class Execution implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final Worker worker;
    private final Sandbox sandbox;
    private final String keyId;
    private final boolean reusable;
    private final RunLog log;

    /** The worker has ended its job and waits for the next. */
    private boolean clean;

    private boolean closed;

    Execution(Worker worker, Sandbox sandbox, String keyId, boolean reusable) {
        this.worker = worker;
        this.sandbox = sandbox;
        this.keyId = keyId;
        this.reusable = reusable;
        this.log = new RunLog((int) sandbox.config().maxLog().bytes());
    }

    /** Runs the job within the time limit. */
    public Outcome run(Job job, JobHost host) throws IOException {
        Duration limit = sandbox.config().timeout();
        ScheduledFuture<?> alarm = sandbox.clock()
                .schedule(() -> worker.stop(new TimedOut(limit)), limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            Outcome outcome = outcome(sandbox.onPipes(() -> worker.run(job, host, sandbox.allocator(), log)), job);
            clean = outcome instanceof Completed || outcome instanceof UserFailed || outcome instanceof Refused;
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

    /** What the job printed. */
    public RunLog log() {
        return log;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (reusable && clean && worker.alive()) {
            try {
                worker.clear();
                sandbox.keep(worker, keyId);
                return;
            } catch (IOException e) {
                LOG.warn("The folder of a worker can't be emptied: {}", e.getMessage());
            }
        }
        sandbox.retire(worker);
    }

    private Outcome outcome(Ending ending, Job job) {
        if (!reusable) {
            // User code has run: nothing of it may live when its files are opened.
            worker.stop(new Cancelled());
            worker.awaitDeath();
        }
        return switch (ending) {
            case Died(Outcome outcome) -> outcome;
            case Failed(Outcome outcome) -> outcome;
            case Result(Frame frame) -> claim(frame, job);
        };
    }

    private Outcome claim(Frame result, Job job) {
        try {
            return worker.claim(result, job.limits());
        } catch (IOException e) {
            worker.stop(new Cancelled());
            return new Crashed(String.valueOf(e.getMessage()));
        }
    }
}
