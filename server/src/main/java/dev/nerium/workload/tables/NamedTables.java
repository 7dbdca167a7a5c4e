package dev.nerium.workload.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.auth.Principal;
import dev.nerium.lake.name.TableReference;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.request.WorkloadRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tables that recent queries name in their text. The worker finds them when it parses the text, and requests each; the
 * next run of the query gets them with its job, so that its result can be cached and its plans prepared. Each key has its
 * own entries, as in {@link PreparedQueries}. Thread-safe.
 */
public final class NamedTables {
    /** In characters of texts and names. */
    private static final int MAX_WEIGHT = 4 << 20;

    private static final int WEIGHT_PER_ENTRY = 256;

    private final Cache<Query, List<TableReference>> known = Caffeine.newBuilder()
            .maximumWeight(MAX_WEIGHT)
            .<Query, List<TableReference>>weigher(NamedTables::weight)
            .build();

    private record Query(String keyId, String catalog, String sql, Set<String> aliases) {}

    /** The tables that the query is known to name, beside those of the request. */
    public List<TableReference> find(Principal principal, WorkloadRequest request) {
        return query(principal, request).map(known::getIfPresent).orElse(List.of());
    }

    /** Remembers the tables that the worker of a query requested. */
    public void record(Principal principal, WorkloadRequest request, RunTables tables) {
        if (!tables.named().isEmpty() && !tables.readsViewsOrFiles()) {
            query(principal, request).ifPresent(query -> known.put(query, tables.named()));
        }
    }

    private static Optional<Query> query(Principal principal, WorkloadRequest request) {
        return request.work() instanceof Work.Query(String sql, var _, var _)
                ? Optional.of(new Query(
                        principal.keyId(),
                        request.catalog(),
                        sql,
                        Set.copyOf(request.tables().keySet())))
                : Optional.empty();
    }

    private static int weight(Query query, List<TableReference> tables) {
        return WEIGHT_PER_ENTRY
                + query.sql().length()
                + query.aliases().stream().mapToInt(String::length).sum()
                + tables.stream()
                        .mapToInt(table -> WEIGHT_PER_ENTRY + table.toString().length())
                        .sum();
    }
}
