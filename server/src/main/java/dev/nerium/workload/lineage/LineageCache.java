package dev.nerium.workload.lineage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.PlanNote;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.tables.RunTables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The lineage of the queries that came lately: the same text over the same columns has the same one, so it is worked out once. A
 * script's is worked out each time, for it may do something else each time. Thread-safe.
 */
public final class LineageCache {
    private static final int MOST = 1000;

    private final Cache<Plan, Told> known =
            Caffeine.newBuilder().maximumSize(MOST).build();

    private record Plan(String sql, Map<String, TableDescription> tables, boolean explain) {}

    private record Told(Optional<ColumnLineage> columns, List<Note> notes) {}

    /** The job as a worker gets it, which tells no lineage that is known. */
    public Job asked(Job job) {
        return plan(job).map(known::getIfPresent).isPresent() ? job.withoutLineage() : job;
    }

    /** Notes what the plan of a job says. */
    public void tell(Job job, JobOutcome outcome, RunTables host, RunStatistics seen) {
        switch (outcome) {
            case JobOutcome.Completed done -> tell(job, told(done.lineage(), done.notes(), host::nameOf), seen);
            case JobOutcome.Explained done -> tell(job, told(done.lineage(), done.notes(), host::nameOf), seen);
            default -> {}
        }
    }

    private void tell(Job job, Told told, RunStatistics seen) {
        Optional<Plan> plan = plan(job);
        if (told.columns().isPresent()) {
            plan.ifPresent(named -> known.put(named, told));
        }
        Told all = plan.map(known::getIfPresent).orElse(told);
        all.columns().ifPresent(seen::derived);
        seen.noted(all.notes());
    }

    private static Optional<Plan> plan(Job job) {
        return job.work() instanceof Work.Query(String sql)
                ? Optional.of(new Plan(sql, job.tables(), job.explain()))
                : Optional.empty();
    }

    private static Told told(
            Optional<dev.nerium.sandbox.job.ColumnLineage> lineage, List<PlanNote> notes, IntFunction<String> names) {
        return new Told(
                lineage.map(columns -> LineageResolver.of(columns, names)),
                notes.stream()
                        .map(note -> new Note(
                                note.kind().id(),
                                note.detail(),
                                note.table().isPresent()
                                        ? names.apply(note.table().getAsInt())
                                        : ""))
                        .toList());
    }
}
