package dev.nerium.sandbox.admission;

import dev.nerium.config.SandboxConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.error.Retry;
import dev.nerium.sandbox.admission.Capacity.Share;
import dev.nerium.sandbox.admission.LeaseRequest.Admittance;
import dev.nerium.sandbox.job.HostResources;
import dev.nerium.sandbox.job.Tier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Admits runs up to the host's capacity. Others queue, round-robin by key; a large run can be overtaken by at most 8 smaller runs.
 * Thread-safe.
 */
public final class Admission {
    /** Maximum number of other runs that may overtake a run that does not fit yet. */
    private static final int PASSES = 8;

    private final Capacity capacity;
    private final SandboxConfig config;
    private final Clock clock;
    private final QueueTimeEstimator estimator = new QueueTimeEstimator();

    /** The queued runs by key; the first key is next. */
    private final Map<String, Deque<Waiter>> queues = new LinkedHashMap<>();

    private int waiting;
    private Share taken = Share.NOTHING;

    public Admission(Capacity capacity, SandboxConfig config, Clock clock) {
        this.capacity = capacity;
        this.config = config;
        this.clock = clock;
    }

    /** A run's part of the machine, from a moment on; it must be left again. */
    public record Slot(Share share, Instant since) {}

    /** A run that waits, or has its place. */
    private static final class Waiter {
        private final String key;
        private final Share share;
        private final CountDownLatch decided = new CountDownLatch(1);
        private int passed;
        private @Nullable Slot slot;

        Waiter(String key, Share share) {
            this.key = key;
            this.share = share;
        }
    }

    /**
     * Waits for a place.
     */
    public Slot acquire(LeaseRequest request) throws InterruptedException {
        Waiter waiter = new Waiter(request.keyId(), capacity.share(request.tier()));
        Retry impatient = queue(waiter, request);
        Duration timeout = queueTimeout(request);
        try {
            if (waits(waiter)) {
                request.onQueued().accept(() -> position(waiter));
            }
            waiter.decided.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | RuntimeException e) {
            withdraw(waiter).ifPresent(this::release);
            throw e;
        }
        return withdraw(waiter)
                .orElseThrow(() ->
                        NeriumException.busy("the run waited for %d s".formatted(timeout.toSeconds()), impatient));
    }

    public synchronized void release(Slot slot) {
        taken = taken.minus(slot.share());
        estimator.record(Duration.between(slot.since(), clock.instant()));
        admitNext();
    }

    public synchronized int running() {
        return taken.runs();
    }

    public synchronized int queued() {
        return waiting;
    }

    /** Whether runs may already keep every processor busy. */
    public synchronized boolean saturated(HostResources machine) {
        return taken.milliCpus() >= machine.processors() * 1000L;
    }

    /** Whether one more run would have to wait for a place now. */
    public synchronized boolean isFull(Tier tier) {
        return !queues.isEmpty() || !capacity.holds(taken.plus(capacity.share(tier)));
    }

    /** Fails where one more run of this key would get no place now, and could not even wait for one. */
    public synchronized void requireRoom(String key, Tier tier) {
        if (!isFull(tier)) {
            return;
        }
        Duration soon = estimator.estimate(waiting, Math.max(1, taken.runs()));
        requireRoom(queues.getOrDefault(key, new ArrayDeque<>()).size() + 1, waiting + 1, soon);
    }

    private void requireRoom(int own, int all, Duration soon) {
        if (own > config.maxQueuedPerKey()) {
            throw NeriumException.busy(
                    "%d runs of this key wait already".formatted(config.maxQueuedPerKey()),
                    new Retry("sandbox.max-queued-per-key", soon));
        }
        if (all > config.maxQueued()) {
            throw NeriumException.busy(
                    "%d runs wait already".formatted(config.maxQueued()), new Retry("sandbox.max-queued", soon));
        }
    }

    private synchronized boolean waits(Waiter waiter) {
        return waiter.slot == null;
    }

    /** Its position in the queue if all runs had the same size: 1 for the next, 0 if it is no longer queued. */
    private synchronized int position(Waiter waiter) {
        int own =
                List.copyOf(queues.getOrDefault(waiter.key, new ArrayDeque<>())).indexOf(waiter);
        int ahead = Math.max(0, own);
        boolean before = true;
        for (Map.Entry<String, Deque<Waiter>> turn : queues.entrySet()) {
            if (turn.getKey().equals(waiter.key)) {
                before = false;
            } else if (own >= 0) {
                ahead += Math.min(turn.getValue().size(), own + (before ? 1 : 0));
            }
        }
        return waiter.slot == null ? ahead + 1 : 0;
    }

    private Duration queueTimeout(LeaseRequest request) {
        Duration longest = request.backgroundQueueTimeout().compareTo(config.queueTimeout()) > 0
                ? request.backgroundQueueTimeout()
                : config.queueTimeout();
        return request.queueTimeout()
                .filter(asked -> asked.compareTo(longest) < 0)
                .orElse(longest);
    }

    /** Queues a run, or refuses it. Returns the limit and the retry time for a run that reaches its queue timeout. */
    private synchronized Retry queue(Waiter waiter, LeaseRequest request) {
        Duration soon = estimator.estimate(waiting, Math.max(1, taken.runs()));
        Deque<Waiter> own = queues.computeIfAbsent(waiter.key, unseen -> new ArrayDeque<>());
        own.addLast(waiter);
        waiting++;
        admitNext();
        if (waiter.slot == null && request.admittance() == Admittance.NEW) {
            try {
                requireRoom(own.size(), waiting, soon);
            } catch (NeriumException e) {
                withdraw(waiter);
                throw e;
            }
        }
        Duration timeout = queueTimeout(request);
        String limit = request.queueTimeout().filter(timeout::equals).isPresent()
                ? "Prefer: wait=" + timeout.toSeconds()
                : "sandbox.queue-timeout";
        return new Retry(limit, soon);
    }

    /** Ends a wait: with the place that the run got, or with none. */
    private synchronized Optional<Slot> withdraw(Waiter waiter) {
        if (waiter.slot == null) {
            Deque<Waiter> queue = queues.getOrDefault(waiter.key, new ArrayDeque<>());
            take(waiter, queue);
            if (queue.isEmpty()) {
                queues.remove(waiter.key);
            }
            // Others may fit where this one did not.
            admitNext();
        }
        return Optional.ofNullable(waiter.slot);
    }

    private void admitNext() {
        for (Optional<Waiter> next = next(); next.isPresent(); next = next()) {
            Waiter waiter = next.get();
            taken = taken.plus(waiter.share);
            waiter.slot = new Slot(waiter.share, clock.instant());
            rotate(waiter);
            waiter.decided.countDown();
        }
    }

    /** The first run that fits, in the order of the turns, unless one that does not was passed too often. */
    private Optional<Waiter> next() {
        List<Waiter> skipped = new ArrayList<>();
        for (Deque<Waiter> queue : queues.values()) {
            Waiter first = queue.getFirst();
            if (capacity.holds(taken.plus(first.share))) {
                skipped.forEach(other -> other.passed++);
                return Optional.of(first);
            }
            if (first.passed >= PASSES) {
                return Optional.empty();
            }
            skipped.add(first);
        }
        return Optional.empty();
    }

    /** Moves the key's other runs behind those of the other keys. */
    private void rotate(Waiter waiter) {
        Deque<Waiter> queue = Objects.requireNonNull(queues.remove(waiter.key));
        take(waiter, queue);
        if (!queue.isEmpty()) {
            queues.put(waiter.key, queue);
        }
    }

    private void take(Waiter waiter, Deque<Waiter> queue) {
        if (queue.remove(waiter)) {
            waiting--;
        }
    }
}
