package dev.nerium.quota;

import static java.util.stream.Collectors.summingLong;

import dev.nerium.auth.Principal;
import dev.nerium.error.NeriumException;
import dev.nerium.quota.RunQuota.Recorder;
import dev.nerium.quota.RunQuota.RunUse;
import dev.nerium.run.usage.RunUsage;
import dev.nerium.run.usage.RunUsage.OpenRun;
import dev.nerium.run.usage.RunUsage.StoredResults;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Counts what the runs of keys and groups use. The use of a day is read from the records of runs when it is first needed, and is then
 * kept in memory; with several servers on one database, it is read again after {@link #STALE}. Runs at the same time are counted
 * exactly, also between servers. A run without a quota costs one entry of a map. Thread-safe.
 */
public final class QuotaLedger {
    private static final Set<QuotaLimit> CONCURRENCY =
            Set.of(QuotaLimit.CONCURRENT_RUNS, QuotaLimit.CONCURRENT_VCPUS, QuotaLimit.CONCURRENT_MEMORY_BYTES);

    /** Time after which the use of a day is read again, where other servers add to it. */
    private static final Duration STALE = Duration.ofSeconds(1);

    /** The use of a day is read again after this multiple of the time that reading it took, if that is later. */
    private static final int READING_SHARE = 20;

    private static final Duration RETRY_CONCURRENT = Duration.ofSeconds(2);

    private final Quotas quotas;
    private final RunUsage usage;
    private final String server;
    private final Duration retention;
    private final IntToLongFunction memory;
    private final Clock clock;

    /** The runs of this server that were admitted and have not ended. */
    private final Map<UUID, RunQuota> open = new ConcurrentHashMap<>();

    /** Held while use is counted and compared with quotas. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<CountedDay, DayTotal> totals = new ConcurrentHashMap<>();

    /**
     * @param server id of this server
     * @param retention of stored results
     * @param memory bytes of the tier with a number of vcpus
     */
    public QuotaLedger(
            Quotas quotas, RunUsage usage, String server, Duration retention, IntToLongFunction memory, Clock clock) {
        this.quotas = quotas;
        this.usage = usage;
        this.server = server;
        this.retention = retention;
        this.memory = memory;
        this.clock = clock;
    }

    private record CountedDay(QuotaSubject counted, LocalDate day) {}

    /** The use of the ended runs of a day. */
    private static final class DayTotal {
        private final long expiryNanos;
        private long millis;
        private long bytes;

        DayTotal(long expiryNanos) {
            this.expiryNanos = expiryNanos;
        }
    }

    /** The quotas of a new run. */
    public RunQuota of(UUID id, Principal principal, int vcpus) {
        return of(id, principal, vcpus, clock.instant());
    }

    /** The quotas of a run that was accepted before. */
    public RunQuota of(UUID id, Principal principal, int vcpus, Instant accepted) {
        return new RunQuota(
                this, id, principal, quotas.of(principal), vcpus, LocalDate.ofInstant(accepted, ZoneOffset.UTC));
    }

    void admit(RunQuota run, boolean stores, Recorder recorder) {
        try {
            List<String> shared = quotas.isShared() ? concurrencyNames(run) : List.of();
            if (!shared.isEmpty()) {
                // Other servers count the record.
                alone(() -> usage.exclusively(shared, () -> {
                    requireUse(run, stores, usage.openElsewhere(server, clock.instant()));
                    open.put(run.id(), run);
                    recorder.record(true);
                }));
                return;
            }
            if (run.applied().isEmpty()) {
                open.put(run.id(), run);
            } else {
                alone(() -> {
                    requireUse(run, stores, List.of());
                    open.put(run.id(), run);
                });
            }
            recorder.record(false);
        } catch (RuntimeException e) {
            open.remove(run.id());
            throw e;
        }
    }

    /** The names of what other servers may admit runs to. */
    private static List<String> concurrencyNames(RunQuota run) {
        return run.applied().stream()
                .filter(quota -> CONCURRENCY.stream().anyMatch(quota::has))
                .map(quota -> "nerium quota " + quota.counted().kind().text() + " "
                        + quota.counted().name())
                .distinct()
                .sorted()
                .toList();
    }

    void readmit(RunQuota run) {
        open.put(run.id(), run);
    }

    private void requireUse(RunQuota run, boolean stores, List<OpenRun> elsewhere) {
        for (AppliedQuota quota : run.applied()) {
            requireConcurrent(run, quota, elsewhere);
            requireDay(run, quota);
            if (stores && quota.has(QuotaLimit.STORED_BYTES)) {
                requireStored(run, quota, 1);
            }
        }
    }

    private void requireConcurrent(RunQuota run, AppliedQuota quota, List<OpenRun> elsewhere) {
        requireFree(quota, QuotaLimit.CONCURRENT_RUNS, 1, elsewhere, _ -> 1);
        requireFree(quota, QuotaLimit.CONCURRENT_VCPUS, run.vcpus(), elsewhere, vcpus -> vcpus);
        requireFree(
                quota,
                QuotaLimit.CONCURRENT_MEMORY_BYTES,
                memory.applyAsLong(run.vcpus()),
                elsewhere,
                memory::applyAsLong);
    }

    /** @param of what a run with a number of vcpus uses */
    private void requireFree(
            AppliedQuota quota, QuotaLimit limit, long needed, List<OpenRun> elsewhere, ToLongFunction<Integer> of) {
        if (!quota.has(limit)) {
            return;
        }
        long value = quota.value(limit);
        if (needed > value && value > 0 && limit != QuotaLimit.CONCURRENT_RUNS) {
            throw NeriumException.invalid(
                    "vcpus is too high for the quota of the %s: %s is %d, and the run alone needs %d. Request fewer vcpus."
                            .formatted(quota.owner(), limit.text(), value, needed));
        }
        long here = own(quota.counted())
                .mapToLong(one -> of.applyAsLong(one.vcpus()))
                .sum();
        long there = elsewhere.stream()
                .filter(one -> AppliedQuota.counts(quota.counted(), one.owner()))
                .mapToLong(one -> of.applyAsLong(one.vcpus()))
                .sum();
        if (here + there + needed > value) {
            throw NeriumException.quota(
                    quota.exceeded(limit, OptionalLong.of(here + there), Optional.empty()),
                    "Try again when a run has ended.",
                    RETRY_CONCURRENT);
        }
    }

    private void requireDay(RunQuota run, AppliedQuota quota) {
        if (quota.has(QuotaLimit.RUN_SECONDS_PER_DAY) && !timeLeft(run, quota).isPositive()) {
            throw usedUp(run, quota, QuotaLimit.RUN_SECONDS_PER_DAY);
        }
        if (quota.has(QuotaLimit.BYTES_READ_PER_DAY)
                && bytesRead(quota.counted(), run.day()) >= quota.value(QuotaLimit.BYTES_READ_PER_DAY)) {
            throw usedUp(run, quota, QuotaLimit.BYTES_READ_PER_DAY);
        }
    }

    /** The failure of a run that finds nothing left of its day. */
    NeriumException usedUp(RunQuota run, AppliedQuota quota, QuotaLimit limit) {
        Instant end = run.day().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        long used = locked(() -> limit == QuotaLimit.BYTES_READ_PER_DAY
                ? bytesRead(quota.counted(), run.day())
                : millis(quota.counted(), run.day()) / 1000);
        return NeriumException.quota(
                quota.exceeded(limit, OptionalLong.of(used), Optional.of(end)),
                "Try again after " + end + ".",
                wait(end));
    }

    /** At least a second. */
    private Duration wait(Instant until) {
        long seconds = Duration.between(clock.instant(), until).toSeconds() + 1;
        return Duration.ofSeconds(Math.max(1, seconds));
    }

    /** The time that the runs of its day may still take. */
    Duration timeLeft(RunQuota run, AppliedQuota quota) {
        return locked(() -> Duration.ofSeconds(quota.value(QuotaLimit.RUN_SECONDS_PER_DAY))
                .minusMillis(millis(quota.counted(), run.day())));
    }

    void requireQueuePlace(RunQuota run) {
        alone(() -> run.applied().stream()
                .filter(quota -> quota.has(QuotaLimit.QUEUED_RUNS))
                .forEach(this::requireQueuePlace));
    }

    private void requireQueuePlace(AppliedQuota quota) {
        long here = own(quota.counted()).filter(one -> one.use().waits).count();
        long there = quotas.isShared()
                ? usage.openElsewhere(server, clock.instant()).stream()
                        .filter(one -> one.waits() && AppliedQuota.counts(quota.counted(), one.owner()))
                        .count()
                : 0;
        if (here + there >= quota.value(QuotaLimit.QUEUED_RUNS)) {
            throw NeriumException.quota(
                    quota.exceeded(QuotaLimit.QUEUED_RUNS, OptionalLong.of(here + there), Optional.empty()),
                    "Try again when a run has ended.",
                    RETRY_CONCURRENT);
        }
    }

    void queued(RunQuota run, boolean refusable) {
        alone(() -> {
            if (refusable) {
                run.requireQueuePlace();
            }
            run.use().waits = true;
        });
    }

    void leftQueue(RunQuota run) {
        change(run, use -> use.waits = false);
    }

    void started(RunQuota run) {
        change(run, use -> use.startNanos = OptionalLong.of(System.nanoTime()));
    }

    void ending(RunQuota run) {
        change(run, use -> use.ending = true);
    }

    private interface Change {
        void make(RunUse use);
    }

    private void change(RunQuota run, Change change) {
        alone(() -> change.make(run.use()));
    }

    void read(RunQuota run, long bytes) {
        alone(() -> {
            for (AppliedQuota quota : run.applied()) {
                if (quota.has(QuotaLimit.BYTES_READ_PER_DAY)
                        && bytesRead(quota.counted(), run.day()) + bytes > quota.value(QuotaLimit.BYTES_READ_PER_DAY)) {
                    throw usedUp(run, quota, QuotaLimit.BYTES_READ_PER_DAY);
                }
            }
            run.use().bytesRead.addAndGet(bytes);
        });
    }

    void store(RunQuota run, long bytes) {
        alone(() -> {
            run.applied().stream()
                    .filter(quota -> quota.has(QuotaLimit.STORED_BYTES))
                    .forEach(quota -> requireStored(run, quota, bytes));
            run.use().storedBytes = bytes;
        });
    }

    private void requireStored(RunQuota run, AppliedQuota quota, long more) {
        Instant now = clock.instant();
        List<StoredResults> stored = usage.stored(now.minus(retention), AppliedQuota.onlyKey(quota.counted())).stream()
                .filter(one -> AppliedQuota.counts(quota.counted(), one.owner()))
                .toList();
        long used = stored.stream().mapToLong(StoredResults::bytes).sum()
                + own(quota.counted())
                        .filter(one -> !one.id().equals(run.id()))
                        .mapToLong(one -> one.use().storedBytes)
                        .sum();
        if (used + more > quota.value(QuotaLimit.STORED_BYTES)) {
            Instant free = stored.stream()
                    .map(StoredResults::oldest)
                    .min(Comparator.naturalOrder())
                    .orElse(now)
                    .plus(retention);
            throw NeriumException.quota(
                    quota.exceeded(QuotaLimit.STORED_BYTES, OptionalLong.of(used), Optional.empty()),
                    "The oldest stored result expires at " + free + ".",
                    wait(free));
        }
    }

    void ended(RunQuota run, Duration executed, long bytes) {
        if (quotas.isEmpty()) {
            // The use is read again when there is a quota.
            open.remove(run.id());
            totals.clear();
            return;
        }
        alone(() -> {
            if (open.remove(run.id()) != null) {
                totals.forEach((of, total) -> {
                    if (of.day().equals(run.day()) && AppliedQuota.counts(of.counted(), run.owner())) {
                        total.millis += executed.toMillis();
                        total.bytes += Math.max(bytes, run.use().bytesRead.get());
                    }
                });
            }
        });
    }

    private Stream<RunQuota> own(QuotaSubject counted) {
        return open.values().stream().filter(one -> AppliedQuota.counts(counted, one.owner()));
    }

    private long bytesRead(QuotaSubject counted, LocalDate day) {
        return total(counted, day).bytes
                + own(counted)
                        .filter(one -> one.day().equals(day))
                        .mapToLong(one -> one.use().bytesRead.get())
                        .sum();
    }

    private long millis(QuotaSubject counted, LocalDate day) {
        return total(counted, day).millis
                + own(counted)
                        .filter(one -> one.day().equals(day))
                        .flatMapToLong(one -> one.use().startNanos.stream())
                        .map(start -> (System.nanoTime() - start) / 1_000_000)
                        .sum();
    }

    /** The use of the ended runs of a day. Runs that are open here are counted when they end. */
    private DayTotal total(QuotaSubject counted, LocalDate day) {
        CountedDay key = new CountedDay(counted, day);
        DayTotal known = totals.get(key);
        if (known != null && (!quotas.isShared() || System.nanoTime() - known.expiryNanos < 0)) {
            return known;
        }
        totals.keySet().removeIf(of -> of.day().isBefore(today().minusDays(1)));
        long begin = System.nanoTime();
        List<UUID> ending = open.values().stream()
                .filter(one -> one.use().ending)
                .map(RunQuota::id)
                .toList();
        List<RunUsage.Consumed> consumed = usage.consumed(day, AppliedQuota.onlyKey(counted), ending).stream()
                .filter(one -> AppliedQuota.counts(counted, one.owner()))
                .toList();
        long now = System.nanoTime();
        DayTotal total = new DayTotal(now + Math.max(STALE.toNanos(), READING_SHARE * (now - begin)));
        total.millis = consumed.stream().collect(summingLong(RunUsage.Consumed::runMillis));
        total.bytes = consumed.stream().collect(summingLong(RunUsage.Consumed::bytesRead));
        totals.put(key, total);
        return total;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** Does something while no other thread counts, unless there are no quotas. */
    private void alone(Runnable action) {
        if (quotas.isEmpty()) {
            action.run();
        } else {
            locked(() -> {
                action.run();
                return true;
            });
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
