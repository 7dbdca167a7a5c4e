package dev.nerium.workload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.Job;
import dev.nerium.sandbox.Outcome;
import dev.nerium.sandbox.PlanNote;
import dev.nerium.sandbox.TableDescription;
import dev.nerium.sandbox.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The lineage of the queries that came lately: the same text over the same columns has the same one, so it is worked out once. A
 * script's is worked out each time, for it may do something else each time. Thread-safe.
 */
final class LineageMemory {
    private static final int MOST = 1000;

    private final Cache<Plan, Told> known =
            Caffeine.newBuilder().maximumSize(MOST).build();

    private record Plan(String sql, Map<String, TableDescription> tables, boolean explain) {}

    private record Told(Optional<ColumnLineage> columns, List<Note> notes) {}

    /** The job as a worker gets it, which tells no lineage that is known. */
    Job asked(Job job) {
        return plan(job).map(known::getIfPresent).isPresent() ? job.withoutLineage() : job;
    }

    /** Notes what the plan of a job says. */
    void tell(Job job, Outcome outcome, LakeHost host, Observations seen) {
        switch (outcome) {
            case Outcome.Completed done -> tell(job, told(done.lineage(), done.notes(), host::nameOf), seen);
            case Outcome.Explained done -> tell(job, told(done.lineage(), done.notes(), host::nameOf), seen);
            default -> {}
        }
    }

    private void tell(Job job, Told told, Observations seen) {
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
            Optional<dev.nerium.sandbox.ColumnLineage> lineage, List<PlanNote> notes, IntFunction<String> names) {
        return new Told(
                lineage.map(columns -> NamedLineage.of(columns, names)),
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
