package dev.nerium.workload.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plan requests of recent queries. The same text with the same values over the same columns has the same requests, so the next run of the query
 * gets its plans with its job. Each key has its own entries: a worker that sends wrong requests changes no run of another
 * key. Thread-safe.
 */
public final class PreparedQueries {
    /** In characters of texts and schemas. */
    private static final int MAX_WEIGHT = 8 << 20;

    private static final int WEIGHT_PER_ENTRY = 256;

    private final Cache<Query, List<PlanRequest>> known = Caffeine.newBuilder()
            .maximumWeight(MAX_WEIGHT)
            .<Query, List<PlanRequest>>weigher((query, requests) -> query.weight() + weight(requests))
            .build();

    private record Query(String keyId, Work.Query statement, Map<String, TableDescription> tables) {
        int weight() {
            return WEIGHT_PER_ENTRY
                    + statement.sql().length()
                    + statement.params().json().length()
                    + tables.values().stream()
                            .mapToInt(table -> table.schemaJson().length())
                            .sum();
        }
    }

    /** The job with its plans, if they are known and the worker need not report lineage. Records these plans. */
    public Job prepare(Job job, String keyId, RunTables tables) {
        return job.lineage()
                ? job
                : query(job, keyId)
                        .map(known::getIfPresent)
                        .flatMap(tables::prepare)
                        .map(job::withPlans)
                        .orElse(job);
    }

    /** Remembers the requests of a job that ended, unless they are those that it was prepared with. */
    public void record(Job job, String keyId, RunTables tables, JobOutcome outcome) {
        Optional<Query> query = query(job, keyId);
        if (query.isEmpty() || !tables.hasRequests()) {
            return;
        }
        if (outcome instanceof Completed completed && completed.deterministic() && tables.isRepeatable()) {
            known.put(query.get(), tables.requests());
        } else {
            known.invalidate(query.get());
        }
    }

    private static Optional<Query> query(Job job, String keyId) {
        return job.work() instanceof Work.Query query
                        && job.destination().isEmpty()
                        && job.distributed().isEmpty()
                        && !job.explain()
                ? Optional.of(new Query(keyId, query.reading(), job.tables()))
                : Optional.empty();
    }

    private static int weight(List<PlanRequest> requests) {
        return requests.stream()
                .mapToInt(request -> WEIGHT_PER_ENTRY
                        + request.filter().map(String::length).orElse(0)
                        + request.columns().stream()
                                .flatMap(List::stream)
                                .mapToInt(String::length)
                                .sum())
                .sum();
    }
}
