package dev.nerium.observe.telemetry;

import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditBatch;
import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.system.SystemTable;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.store.RecurringTasks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table {@code telemetry.audit}: moves the events of the state database to it, in the background. Events stay in the database
 * until they are in the table.
 */
public final class AuditTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTable.class);
    private static final String NAME = "audit";
    private static final Duration SNAPSHOTS = Duration.ofHours(1);
    private static final Duration LONGEST_CHECK = Duration.ofMinutes(1);
    private static final Duration LAST_MOVE = Duration.ofSeconds(30);

    private final Audit audit;
    private final SystemTable table;
    private final NeriumConfig config;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("audit-table").daemon().factory());

    private AuditTable(Audit audit, SystemTable table, NeriumConfig config, Clock clock) {
        this.audit = audit;
        this.table = table;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Creates the table if it is missing, and starts to move events. Without the setting {@code telemetry.audit} nothing is moved.
     *
     * @param server whose table it is
     */
    public static AuditTable open(
            Audit audit, Lake lake, NeriumConfig config, RecurringTasks tasks, String server, Clock clock) {
        AuditTable opened =
                new AuditTable(audit, lake.records(NAME, TelemetryTable.schemaJson(NAME), "time"), config, clock);
        if (config.telemetry().audit()) {
            opened.table.open();
            Duration flush = config.telemetry().flushInterval();
            Duration maintenance = config.telemetry().maintenanceInterval();
            Duration check = maintenance.compareTo(LONGEST_CHECK) < 0 ? maintenance : LONGEST_CHECK;
            opened.repeat(opened::move, flush, flush);
            opened.repeat(
                    () -> tasks.runIfDue("audit-maintenance " + server, maintenance, opened::maintain), flush, check);
        }
        return opened;
    }

    private void repeat(Runnable task, Duration first, Duration every) {
        var _ = thread.scheduleWithFixedDelay(
                () -> tryTo(task), first.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void tryTo(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("The table telemetry.audit can't be written or maintained yet", e);
        }
    }

    private void move() {
        audit.settle();
        for (Optional<AuditBatch> batch = audit.next(); batch.isPresent(); batch = audit.next()) {
            CommitOutcome outcome = table.append(batch.get().rows(), batch.get().id());
            if (!(outcome instanceof Committed)) {
                LOG.warn("Rows for telemetry.audit are not written yet: {}", outcome);
                return;
            }
            audit.moved(batch.get());
        }
    }

    private void maintain() {
        Instant now = clock.instant();
        table.compact();
        table.deleteBefore(now.minus(config.audit().retention()));
        table.expireBefore(now.minus(SNAPSHOTS));
    }

    /** Moves what is left, if that is possible now. */
    @Override
    public void close() {
        if (config.telemetry().audit()) {
            thread.execute(() -> tryTo(this::move));
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_MOVE.toSeconds(), TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
