package dev.nerium.lake.commit;

import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.commit.CommitIntent.Effect;
import dev.nerium.lake.name.TableName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commits to a known end whose end was not seen: what landed stays, of what did not land no file stays. Nothing is
 * removed before the catalog was asked. Thread-safe.
 *
 * <p>That a commit has not landed is final for the embedded catalog, whose database rolls back what its process does not
 * finish. A catalog on another machine may still be at work on what it was sent.
 */
public final class CommitRecovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitRecovery.class);

    private final CommitJournal journal;
    private final CommittedRuns committedRuns;
    private final Catalogs catalogs;
    private final TableLocks locks;
    private final Duration retryInterval;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("commit-recovery").daemon().factory());

    /** @param retryInterval until a commit that could not be settled is looked at again */
    public CommitRecovery(
            CommitJournal journal,
            CommittedRuns committedRuns,
            Catalogs catalogs,
            TableLocks locks,
            Duration retryInterval) {
        this.journal = journal;
        this.committedRuns = committedRuns;
        this.catalogs = catalogs;
        this.locks = locks;
        this.retryInterval = retryInterval;
    }

    /** The state of a commit. */
    enum CommitState {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    /** Whether a commit of the run has not come to a known end. */
    public boolean isOpen(UUID run) {
        return journal.find(run).isPresent();
    }

    /** Settles what an earlier server left. */
    public void settleAll() {
        List<UUID> runs = journal.unsettled();
        if (!runs.isEmpty()) {
            LOG.info("{} commits have an unknown state: checking their tables.", runs.size());
        }
        runs.forEach(this::settleInTurn);
    }

    /** Settles the commit of a run; the caller has the table's turn. */
    CommitState settle(UUID run) {
        try {
            CommitState ending = journal.find(run).map(this::settle).orElse(CommitState.ROLLED_BACK);
            journal.close(run);
            LOG.info("The commit of run {} is resolved: {}.", run, ending);
            return ending;
        } catch (RuntimeException e) {
            LOG.warn("Commit state of run {} is unknown; keeping its files.", run, e);
            later(run);
            return CommitState.UNKNOWN;
        }
    }

    /** Crosses out a commit that landed, and removes the metadata of the attempts that it lost before. */
    void finish(CommitIntent intent) {
        try {
            if (intent.wasRepeated()) {
                committedRuns.tables(intent).stream()
                        .filter(table -> CommittedRuns.has(table, intent.run()))
                        .forEach(table -> remove(intent, UnreferencedFiles.lost(table, intent)));
            }
            journal.close(intent.run());
        } catch (RuntimeException e) {
            LOG.warn("Run {} is committed; could not delete its journal entry.", intent.run(), e);
            later(intent.run());
        }
    }

    /** Removes what a commit made that is known not to have landed, with no look at the table. */
    void undo(CommitIntent intent) {
        try {
            remove(intent, intent.files());
            journal.close(intent.run());
        } catch (RuntimeException e) {
            LOG.warn("The files of run {} in {} can't be removed yet.", intent.run(), intent.table(), e);
            later(intent.run());
        }
    }

    /** Settles the commit of a run after a while, and again until it is settled. */
    void later(UUID run) {
        try {
            ScheduledFuture<?> _ =
                    clock.schedule(() -> settleInTurn(run), retryInterval.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.info("The commit of run {} will be resolved at the next start.", run);
        }
    }

    private void settleInTurn(UUID run) {
        Optional<TableName> table;
        try {
            table = journal.find(run).map(CommitIntent::table);
        } catch (RuntimeException e) {
            LOG.warn("The commit of run {} is not resolved.", run, e);
            return;
        }
        table.ifPresentOrElse(name -> locks.withLock(name, () -> settle(run)), () -> journal.close(run));
    }

    private CommitState settle(CommitIntent intent) {
        List<Table> tables = committedRuns.tables(intent);
        if (tables.stream().anyMatch(table -> CommittedRuns.has(table, intent.run()))) {
            return CommitState.COMMITTED;
        }
        if (tables.isEmpty() && intent.effect() == Effect.CHANGES) {
            LOG.warn(
                    "The table {} no longer exists; the files of run {} are kept with its other files.",
                    intent.table(),
                    intent.run());
            return CommitState.ROLLED_BACK;
        }
        Collection<String> unknown = intent.files();
        for (Table table : tables) {
            unknown = UnreferencedFiles.unknown(table, unknown);
        }
        remove(intent, unknown);
        return CommitState.ROLLED_BACK;
    }

    private void remove(CommitIntent intent, Collection<String> locations) {
        TableName table = intent.table();
        Set.copyOf(locations).forEach(catalogs.of(table).files(TableLoader.identifier(table))::deleteFile);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        clock.close();
    }
}
