package dev.nerium.workload;

import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.quota.QuotaLedger;
import dev.nerium.run.NewRun.Owner;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.Runs;
import dev.nerium.run.Runs.Waiting;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.WorkloadRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that were accepted before the server started, and had not begun: they come to the queue one after the other, in the
 * order in which they were accepted. Thread-safe.
 */
public final class Backlog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /** One that takes longer to find its tables is passed by the next. */
    private static final int MAX_POLLS = 50;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Runs records;
    private final Keys keys;
    private final WorkloadService workloads;
    private final Reader reader;
    private final List<Item> items = new ArrayList<>();
    private final Thread feeder = Thread.ofVirtual().name("backlog").unstarted(this::feed);
    private volatile boolean closed;

    /** Reads the request of a run again. */
    @FunctionalInterface
    public interface Reader {
        /** @param resumption what {@link WorkloadService#submit} was given */
        WorkloadRequest read(Run run, String resumption);
    }

    private record Item(ActiveRun run, Owner owner) {}

    /** Opens the runs, so that they can be found, followed and cancelled; none begins yet. */
    public Backlog(
            Runs records, Keys keys, ActiveRuns active, QuotaLedger ledger, WorkloadService workloads, Reader reader) {
        this.records = records;
        this.keys = keys;
        this.workloads = workloads;
        this.reader = reader;
        for (Waiting waiting : records.waiting()) {
            Owner owner = waiting.owner();
            ActiveRun run = active.open(ledger.of(
                    waiting.id(),
                    new Principal(owner.keyId(), owner.name(), Scope.READ, owner.groups()),
                    waiting.vcpus(),
                    waiting.accepted()));
            run.quota().readmit();
            run.reopened();
            run.onCancel(() -> Thread.startVirtualThread(() -> drop(run)));
            items.add(new Item(run, owner));
        }
    }

    public void start() {
        if (!items.isEmpty()) {
            LOG.info("{} runs were accepted before the server stopped: they begin now.", items.size());
            feeder.start();
        }
    }

    private void feed() {
        for (Item item : items) {
            if (closed) {
                return;
            }
            if (item.run().clearOnCancel()) {
                begin(item);
            }
        }
    }

    private void begin(Item item) {
        ActiveRun run = item.run();
        Optional<Run> found = record(run);
        if (found.isEmpty()) {
            run.close();
            return;
        }
        Run recorded = found.get();
        try {
            WorkloadRequest request =
                    reader.read(recorded, records.resumption(run.id()).orElseThrow());
            run.requeued(recorded, request.origin());
            workloads.resume(run, principal(item.owner()), request);
        } catch (RuntimeException e) {
            LOG.debug("The run {} can't begin", run.id(), e);
            end(run, OutcomeErrors.of(e, run::cancellation));
            return;
        }
        awaitArrival(run);
    }

    private Optional<Run> record(ActiveRun run) {
        try {
            Optional<Run> recorded = records.find(run.id());
            recorded.ifPresent(found -> run.requeued(found, RunOrigin.UNKNOWN));
            return recorded;
        } catch (RuntimeException e) {
            LOG.error("The record of the run {} can't be read: it waits for the next start", run.id(), e);
            return Optional.empty();
        }
    }

    private Principal principal(Owner owner) {
        if (Principal.isTokenOwner(owner.keyId())) {
            throw new NeriumException(
                    ErrorCode.CANCELLED,
                    "The run was cancelled: the server stopped before it began, and keeps no tokens, such as that of '"
                            + owner.name() + "'. Send it again.");
        }
        return keys.principal(owner.keyId())
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.CANCELLED,
                        "The run was cancelled: its key '" + owner.name()
                                + "' was revoked or expired before the run began."));
    }

    private void awaitArrival(ActiveRun run) {
        try {
            for (int look = 0; look < MAX_POLLS && !closed && !run.awaitArrival(POLL_INTERVAL); look++) {}
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Somebody cancelled it, or the server stops, before its turn came. */
    private void drop(ActiveRun run) {
        if (record(run).isPresent()) {
            end(run, run.cancellation());
        } else {
            run.close();
        }
    }

    private static void end(ActiveRun run, NeriumException failure) {
        try (run) {
            run.ended(RunEnd.failed(failure, RunFacts.NONE, ""));
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            feeder.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
