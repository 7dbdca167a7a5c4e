package dev.nerium.workload.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.auth.Principal;
import dev.nerium.config.ResultsConfig;
import dev.nerium.run.RunFacts;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.workload.request.ResultStreams;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The results of recent queries. A query is found again by the same key, while its text and the snapshots of its tables are the
 * same: a snapshot never changes. Thread-safe.
 */
public final class ResultCache {
    /** The part of Java's heap that results may have. */
    private static final long SHARE_OF_HEAP = 8;

    /** One result has at most this part of the cache, so that it does not evict all others. */
    private static final long SHARE_OF_RESULT = 8;

    /** Approximate memory of an entry, beside its rows and texts. */
    private static final long BYTES_PER_ENTRY = 2048;

    private final Cache<CacheKey, CachedResult> results;
    private final Supplier<Predicate<Principal>> usable;
    private final long maxBytes;

    /** @param usable whether the owner of a result may still be used, by a supplier that is called once per round */
    public ResultCache(ResultsConfig config, Supplier<Predicate<Principal>> usable) {
        this.usable = usable;
        this.maxBytes =
                Math.min(config.cacheBytes().bytes(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
        this.results = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<CacheKey, CachedResult>weigher((key, result) -> Math.toIntExact(bytes(key, result)))
                .expireAfterWrite(config.cacheTtl())
                .executor(Runnable::run)
                .build();
    }

    /** The place of one query's result; empty if the result of the job may not be returned again. */
    public Optional<CacheSlot> slot(Principal owner, WorkloadRequest request, Job job, RunTables tables) {
        return maxBytes == 0
                ? Optional.empty()
                : CacheKey.of(owner, request, job, tables).map(key -> new CacheSlot(key));
    }

    /** The place of one query's result. */
    public final class CacheSlot {
        private final CacheKey key;

        private CacheSlot(CacheKey key) {
            this.key = key;
        }

        public Optional<CachedResult> find() {
            return Optional.ofNullable(results.getIfPresent(key));
        }

        /** Reads a result that may be kept, while the files of its job are there; empty if it may not. */
        public Optional<CachedResult> copy(Completed completed, RunFacts facts) throws IOException {
            long limit = Math.min(maxBytes / SHARE_OF_RESULT, Integer.MAX_VALUE);
            if (!completed.deterministic() || ResultStreams.bytes(completed.parts()) > limit) {
                return Optional.empty();
            }
            return Optional.of(CachedResult.of(completed, facts)).filter(result -> bytes(key, result) <= limit);
        }

        public void keep(CachedResult result) {
            results.put(key, result);
        }
    }

    private static long bytes(CacheKey key, CachedResult result) {
        return BYTES_PER_ENTRY + key.bytes() + result.bytes();
    }

    /** Forgets the results of keys that were revoked or expired, and results whose time is over. */
    public void dropUnusable() {
        if (results.asMap().isEmpty()) {
            return;
        }
        Predicate<Principal> isUsable = usable.get();
        results.asMap().keySet().removeIf(key -> !isUsable.test(key.owner()));
        results.cleanUp();
    }

    /** Approximate memory of all results. */
    public long bytes() {
        results.cleanUp();
        return results.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}
