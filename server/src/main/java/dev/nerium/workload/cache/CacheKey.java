package dev.nerium.workload.cache;

import dev.nerium.auth.Principal;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.Job.ResultLimits;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.tables.RunTables;
import dev.nerium.workload.tables.TableSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All that the result of a query depends on.
 *
 * @param tables by alias
 * @param limits of the result, which determine also into which parts it is divided
 */
record CacheKey(
        Principal owner, Work.Query query, String catalog, Map<String, TableSnapshot> tables, ResultLimits limits) {
    CacheKey {
        tables = Map.copyOf(tables);
    }

    /** Empty if the result of the job may not be returned again. */
    static Optional<CacheKey> of(Principal owner, WorkloadRequest request, Job job, RunTables tables) {
        boolean reads = request.options().cache()
                && request.destination().isEmpty()
                && job.distributed().isEmpty()
                && !job.explain();
        return reads && job.work() instanceof Work.Query query
                ? snapshots(job, tables)
                        .map(snapshots -> new CacheKey(owner, query.reading(), job.catalog(), snapshots, job.limits()))
                : Optional.empty();
    }

    private static Optional<Map<String, TableSnapshot>> snapshots(Job job, RunTables tables) {
        Map<String, TableSnapshot> snapshots = new HashMap<>();
        for (Map.Entry<String, TableDescription> table : job.tables().entrySet()) {
            Optional<TableSnapshot> snapshot = tables.snapshot(table.getValue().handle());
            if (snapshot.isEmpty()) {
                return Optional.empty();
            }
            snapshots.put(table.getKey(), snapshot.get());
        }
        return Optional.of(snapshots);
    }

    /** Approximate memory. */
    long bytes() {
        return 2L * (query.sql().length() + query.params().json().length())
                + tables.entrySet().stream()
                        .mapToLong(table ->
                                2L * table.getKey().length() + table.getValue().bytes())
                        .sum();
    }
}
