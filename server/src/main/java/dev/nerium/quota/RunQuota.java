package dev.nerium.quota;

import dev.nerium.auth.Principal;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.ExceededQuota;
import dev.nerium.error.NeriumException;
import dev.nerium.run.usage.RunUsage.Owner;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** One run and the quotas of its key and groups, from its admission to its end. Thread-safe. */
public final class RunQuota {
    private final QuotaLedger ledger;
    private final UUID id;
    private final Principal principal;
    private final Owner owner;
    private final List<AppliedQuota> applied;
    private final int vcpus;
    private final LocalDate day;
    private final RunUse use = new RunUse();

    /** The quota that sets the time limit of the run. */
    private volatile Optional<AppliedQuota> timeLimit = Optional.empty();

    private volatile Optional<ExceededQuota> rowLimit = Optional.empty();
    private volatile Optional<ExceededQuota> byteLimit = Optional.empty();

    /** @param day on which the run was accepted, and to which its use belongs */
    RunQuota(QuotaLedger ledger, UUID id, Principal principal, List<AppliedQuota> applied, int vcpus, LocalDate day) {
        this.ledger = ledger;
        this.id = id;
        this.principal = principal;
        this.owner = new Owner(principal.keyId(), principal.groups());
        this.applied = List.copyOf(applied);
        this.vcpus = vcpus;
        this.day = day;
    }

    /** The present use of a run. The ledger changes it. */
    static final class RunUse {
        volatile boolean waits;
        volatile boolean ending;
        volatile OptionalLong startNanos = OptionalLong.empty();
        final AtomicLong bytesRead = new AtomicLong();
        volatile long storedBytes;
    }

    /** Records a run that is admitted. */
    @FunctionalInterface
    public interface Recorder {
        /** @param now whether other servers must see the record at once */
        void record(boolean now);
    }

    public UUID id() {
        return id;
    }

    public Principal principal() {
        return principal;
    }

    Owner owner() {
        return owner;
    }

    List<AppliedQuota> applied() {
        return applied;
    }

    int vcpus() {
        return vcpus;
    }

    LocalDate day() {
        return day;
    }

    RunUse use() {
        return use;
    }

    /**
     * Admits the run, or fails with the limit that it would exceed, before anything of it exists.
     *
     * @param stores whether its result is stored
     */
    public void admit(boolean stores, Recorder recorder) {
        ledger.admit(this, stores, recorder);
    }

    /** Counts the run, which was accepted before this server started. */
    public void readmit() {
        ledger.readmit(this);
    }

    /** Fails if one more run of the key or of its groups may not wait for a worker. */
    public void requireQueuePlace() {
        if (has(QuotaLimit.QUEUED_RUNS)) {
            ledger.requireQueuePlace(this);
        }
    }

    /**
     * The run waits for a worker.
     *
     * @param refusable whether this may fail, as it does if too many runs wait
     */
    public void queued(boolean refusable) {
        ledger.queued(this, refusable);
    }

    /** The run has a worker, or waits for none any more. */
    public void leftQueue() {
        ledger.leftQueue(this);
    }

    /** The run begins to use its time. */
    public void started() {
        ledger.started(this);
    }

    /**
     * The time limit of the run's execution: what is left of the day, if that is less.
     *
     * @param limit of the request or the configuration
     */
    public Duration timeLimit(Duration limit) {
        Duration least = limit;
        for (AppliedQuota quota : applied) {
            if (quota.has(QuotaLimit.RUN_SECONDS_PER_DAY)) {
                Duration left = ledger.timeLeft(this, quota);
                if (left.compareTo(least) < 0) {
                    least = left;
                    timeLimit = Optional.of(quota);
                }
            }
        }
        if (!least.isPositive()) {
            throw timeUsedUp().orElseThrow();
        }
        return least;
    }

    private Optional<NeriumException> timeUsedUp() {
        return timeLimit.map(quota -> ledger.usedUp(this, quota, QuotaLimit.RUN_SECONDS_PER_DAY));
    }

    /** Counts data files before they are read, and fails if they are more than what is left of the day. */
    public void read(long bytes) {
        if (has(QuotaLimit.BYTES_READ_PER_DAY)) {
            ledger.read(this, bytes);
        }
    }

    /**
     * The largest number of rows that the run may return.
     *
     * @param limit of the server
     */
    public long maxRows(long limit) {
        rowLimit = smaller(QuotaLimit.RESULT_ROWS, limit);
        return rowLimit.map(ExceededQuota::value).orElse(limit);
    }

    /** The same in bytes. */
    public long maxBytes(long limit) {
        byteLimit = smaller(QuotaLimit.RESULT_BYTES, limit);
        return byteLimit.map(ExceededQuota::value).orElse(limit);
    }

    /** Fails if the result is larger than the run may return. */
    public void requireReturnable(long rows, long bytes) {
        smaller(QuotaLimit.RESULT_ROWS, rows)
                .or(() -> smaller(QuotaLimit.RESULT_BYTES, bytes))
                .ifPresent(quota -> {
                    throw NeriumException.resultOverQuota(quota);
                });
    }

    /** The least limit below a number. */
    private Optional<ExceededQuota> smaller(QuotaLimit limit, long number) {
        return applied.stream()
                .filter(quota -> quota.has(limit))
                .map(quota -> quota.exceeded(limit, OptionalLong.empty(), Optional.empty()))
                .filter(quota -> quota.value() < number)
                .min((one, other) -> Long.compare(one.value(), other.value()));
    }

    /** Counts a result that is about to be stored, and fails if too much is stored. */
    public void store(long bytes) {
        if (has(QuotaLimit.STORED_BYTES)) {
            ledger.store(this, bytes);
        }
    }

    /** The failure of the run in words of the quota, if that set the limit which the run reached. */
    public NeriumException translate(NeriumException failure) {
        if (failure.code() == ErrorCode.TIMED_OUT) {
            return timeUsedUp().orElse(failure);
        }
        if (failure.code() == ErrorCode.RESULT_TOO_LARGE && failure.quota().isEmpty()) {
            boolean byRows = failure.message().endsWith(" rows.");
            return (byRows ? rowLimit : byteLimit)
                    .map(NeriumException::resultOverQuota)
                    .orElse(failure);
        }
        return failure;
    }

    /** Its end is about to be recorded. */
    public void ending() {
        ledger.ending(this);
    }

    /**
     * The run has ended, and counts no longer.
     *
     * @param executed time from its start to its end
     * @param bytes what it read
     */
    public void ended(Duration executed, long bytes) {
        ledger.ended(this, executed, bytes);
    }

    private boolean has(QuotaLimit limit) {
        return applied.stream().anyMatch(quota -> quota.has(limit));
    }
}
