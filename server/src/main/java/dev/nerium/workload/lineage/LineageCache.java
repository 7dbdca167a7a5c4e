package dev.nerium.workload.lineage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.live.RunStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lineage of recent queries: the same text with the same values over the same columns has the same lineage, so a worker derives it once. The
 * lineage of a script is derived in each run, because a script may do something else each time. Thread-safe.
 */
public final class LineageCache {
    private static final int MAX_ENTRIES = 1000;

    /** In characters: long lists of values rarely come twice. */
    private static final int LONGEST_PARAMS = 4096;

    private final Cache<CacheKey, CachedLineage> known =
            Caffeine.newBuilder().maximumSize(MAX_ENTRIES).build();

    private record CacheKey(Work.Query query, Map<String, TableDescription> tables, boolean explain) {}

    private record CachedLineage(ColumnLineage columns, List<Note> notes) {}

    /** The job for a worker, without lineage if the lineage is known. */
    public Job prepare(Job job) {
        return query(job).map(known::getIfPresent).isPresent() ? job.withoutLineage() : job;
    }

    /** Records the lineage and the notes of a job that ended. */
    public void record(Job job, JobOutcome outcome, RunStatistics statistics) {
        switch (outcome) {
            case JobOutcome.Completed done -> record(job, done.lineage(), done.notes(), statistics);
            case JobOutcome.Explained done -> record(job, done.lineage(), done.notes(), statistics);
            default -> {}
        }
    }

    /** Records them for this run alone, because what it reads may be something else the next time. */
    public static void recordOnce(JobOutcome outcome, RunStatistics statistics) {
        switch (outcome) {
            case JobOutcome.Completed done -> record(done.lineage(), done.notes(), statistics);
            case JobOutcome.Explained done -> record(done.lineage(), done.notes(), statistics);
            default -> {}
        }
    }

    private static void record(Optional<ColumnLineage> derived, List<Note> notes, RunStatistics statistics) {
        derived.ifPresent(statistics::derived);
        statistics.noted(notes);
    }

    private void record(Job job, Optional<ColumnLineage> derived, List<Note> notes, RunStatistics statistics) {
        Optional<CacheKey> query = query(job);
        if (query.isPresent() && derived.isPresent()) {
            known.put(query.get(), new CachedLineage(derived.get(), notes));
        }
        Optional<CachedLineage> entry = query.map(known::getIfPresent);
        entry.map(CachedLineage::columns).or(() -> derived).ifPresent(statistics::derived);
        statistics.noted(entry.map(CachedLineage::notes).orElse(notes));
    }

    private static Optional<CacheKey> query(Job job) {
        // The lineage of a statement that writes depends on the table, too.
        return job.work() instanceof Work.Query query
                        && query.params().json().length() <= LONGEST_PARAMS
                        && (!query.statements() || job.destination().isEmpty())
                ? Optional.of(new CacheKey(query.reading(), job.tables(), job.explain()))
                : Optional.empty();
    }
}
