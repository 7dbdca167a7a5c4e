package dev.nerium.workload;

import dev.nerium.lake.Lake;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.run.Run;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks in the lake whether a run's rows are in its table. Thread-safe. */
final class CommitLookup {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLookup.class);

    private final Lake lake;
    private final String server;

    /** @param server id of this one, whose embedded catalog no other server has */
    CommitLookup(Lake lake, String server) {
        this.lake = lake;
        this.server = server;
    }

    /** The state of a run in the lake. */
    sealed interface CommitFate {
        record InTable(Committed commit) implements CommitFate {}

        /** The run has no rows in a table, and will have none. */
        record NotInTable() implements CommitFate {}

        /** The catalog does not answer, or is another server's. */
        record StateUnknown() implements CommitFate {}
    }

    CommitFate of(Run run) {
        if (run.destination().isEmpty()) {
            return new CommitFate.NotInTable();
        }
        try {
            return of(run, TableBranch.parse(run.destination().get(), "the destination", lake.defaultCatalog()));
        } catch (RuntimeException e) {
            LOG.warn("Cannot determine whether the run {} was committed", run.id(), e);
            return new CommitFate.StateUnknown();
        }
    }

    private CommitFate of(Run run, TableBranch table) {
        boolean isElsewhere =
                !run.server().equals(server) && table.name().catalog().equals(lake.defaultCatalog());
        // Looked at first: what is settled while the table is asked would be missed.
        boolean isOpen = lake.isUnsettled(run.id());
        Optional<Committed> commit = isElsewhere ? Optional.empty() : lake.committed(table.name(), run.id());
        return commit.<CommitFate>map(CommitFate.InTable::new)
                .orElseGet(() -> isElsewhere || isOpen ? new CommitFate.StateUnknown() : new CommitFate.NotInTable());
    }
}
