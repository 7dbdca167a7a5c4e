package dev.nerium.sandbox.pool;

import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.process.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps workers ready. A fresh one has run nothing; a used one has run only SQL of one key and goes back to that key alone. One
 * that dies or grows old while it waits is replaced. Thread-safe.
 */
public final class WorkerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    /** Maximum delay of a refill, which waits so that it does not slow down active runs. */
    private static final Duration REFILL_MAX_DELAY = Duration.ofSeconds(5);

    private static final int FAILURES_TO_TELL = 2;

    private record Used(Worker worker, String keyId) {}

    private final WorkerFactory factory;
    private final Map<Tier, Integer> sizes;
    private final int mostUsed;
    private final Duration maxAge;
    private final BooleanSupplier saturated;
    private final Deque<Worker> fresh = new ArrayDeque<>();
    private final Deque<Used> used = new ArrayDeque<>();
    private final ExecutorService refill = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("refill").daemon().factory());
    private @Nullable StartingWorker warming;
    private boolean closed;

    /** The number of successive workers that did not become ready. Used by the refilling thread only. */
    private int failures;

    /**
     * @param sizes how many fresh workers of each tier are kept
     * @param mostUsed how many used ones are kept, of all keys
     * @param saturated whether runs may already keep every processor busy
     */
    public WorkerPool(
            WorkerFactory factory, Map<Tier, Integer> sizes, int mostUsed, Duration maxAge, BooleanSupplier saturated) {
        this.factory = factory;
        this.sizes = Map.copyOf(sizes);
        this.mostUsed = mostUsed;
        this.maxAge = maxAge;
        this.saturated = saturated;
    }

    /** Fills the pool, and from time to time replaces what has grown old. */
    public void start(ScheduledExecutorService clock) {
        long period = Math.clamp(maxAge.toMillis() / 4, 250, 60_000);
        var _ = clock.scheduleWithFixedDelay(this::fill, 0, period, TimeUnit.MILLISECONDS);
    }

    /** A worker that ran SQL for this key before, or else one that has run nothing. */
    public Worker takeFor(String keyId, Tier wanted) throws IOException {
        Optional<Worker> again = takeUsed(keyId, wanted);
        return again.isPresent() ? again.get() : takeFresh(wanted);
    }

    /** A worker that has run nothing: one that is ready, or that is just becoming so, or a new one. */
    public Worker takeFresh(Tier wanted) throws IOException {
        try {
            Optional<Worker> ready = pollFresh(wanted);
            return ready.isPresent() ? ready.get() : takeWarming(wanted);
        } finally {
            fill();
        }
    }

    /** Keeps a worker that has run only SQL, and only for this key, unless it has grown old or large. */
    public void keep(Worker worker, String keyId) {
        boolean fit = !old(worker) && !worker.exceedsHalfMemory();
        Optional<Worker> surplus = Optional.empty();
        synchronized (this) {
            if (closed || mostUsed == 0 || !fit) {
                surplus = Optional.of(worker);
            } else {
                used.addFirst(new Used(worker, keyId));
                if (used.size() > mostUsed) {
                    surplus = Optional.of(used.removeLast().worker());
                }
            }
        }
        surplus.ifPresent(Worker::close);
    }

    public synchronized int fresh() {
        return fresh.size();
    }

    public synchronized int used() {
        return used.size();
    }

    /** Wants no more workers; those that are starting are not waited for. */
    public synchronized void stopFilling() {
        closed = true;
        notifyAll();
    }

    @Override
    public void close() {
        stopFilling();
        refill.close();
        removeIdle(worker -> true).forEach(Worker::close);
    }

    private synchronized Optional<Worker> takeUsed(String keyId, Tier wanted) {
        for (Iterator<Used> each = used.iterator(); each.hasNext(); ) {
            Used entry = each.next();
            if (entry.keyId().equals(keyId) && usable(entry.worker(), wanted)) {
                each.remove();
                return Optional.of(entry.worker());
            }
        }
        return Optional.empty();
    }

    private synchronized Optional<Worker> pollFresh(Tier wanted) {
        Optional<Worker> found =
                fresh.stream().filter(worker -> usable(worker, wanted)).findFirst();
        found.ifPresent(fresh::remove);
        return found;
    }

    private static boolean usable(Worker worker, Tier wanted) {
        return worker.tier().equals(wanted) && worker.alive();
    }

    private Worker takeWarming(Tier wanted) throws IOException {
        Optional<StartingWorker> claimed = claimWarming(wanted);
        if (claimed.isPresent()) {
            try {
                return claimed.get().await();
            } catch (CompletionException e) {
                LOG.debug("The worker that was just starting did not become ready", e);
            }
        }
        return factory.start(wanted, worker -> {});
    }

    private synchronized Optional<StartingWorker> claimWarming(Tier wanted) {
        return Optional.ofNullable(warming).filter(next -> next.claim(wanted));
    }

    private synchronized void fill() {
        if (!closed) {
            refill.execute(this::refill);
        }
    }

    /** Replaces workers one by one, so that the others stay ready meanwhile. */
    private void refill() {
        try {
            do {
                removeIdle(worker -> !worker.alive()).forEach(Worker::close);
                oldest().ifPresent(Worker::close);
            } while (startNext());
        } catch (IOException e) {
            // At shutdown, the workers that are just starting are given up.
            if (missing().isPresent()) {
                failed(e);
            }
        }
    }

    /** One that failed may have been slow, or killed: the next one shows whether it is more. */
    private void failed(IOException e) {
        failures++;
        if (failures == FAILURES_TO_TELL) {
            LOG.error("No worker can be kept ready, so each run waits for its own to start: {}", e.getMessage());
        }
    }

    private void succeeded() {
        if (failures >= FAILURES_TO_TELL) {
            LOG.info("Workers are kept ready again.");
        }
        failures = 0;
    }

    private boolean startNext() throws IOException {
        if (!factory.startsInBackground()) {
            awaitIdleCpu();
        }
        Optional<StartingWorker> next = warmNext();
        if (next.isEmpty()) {
            return false;
        }
        StartingWorker started = next.get();
        try {
            deliver(started, factory.start(started.tier(), started::launched));
            succeeded();
            return true;
        } catch (IOException | RuntimeException e) {
            forget(started);
            started.fail(e);
            throw e;
        }
    }

    private synchronized Optional<StartingWorker> warmNext() {
        Optional<StartingWorker> next = missing().map(StartingWorker::new);
        warming = next.orElse(null);
        return next;
    }

    /** The tier that has fewer workers than it should, where there is one. */
    private synchronized Optional<Tier> missing() {
        return closed
                ? Optional.empty()
                : sizes.entrySet().stream()
                        .filter(size -> count(size.getKey()) < size.getValue())
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    private long count(Tier tier) {
        return fresh.stream().filter(worker -> worker.tier().equals(tier)).count();
    }

    private void deliver(StartingWorker started, Worker worker) {
        worker.restorePriority();
        boolean wanted;
        synchronized (this) {
            warming = null;
            if (started.claimed()) {
                started.ready(worker);
                return;
            }
            wanted = !closed;
            if (wanted) {
                fresh.addLast(worker);
            }
        }
        if (wanted) {
            worker.onDeath(this::fill);
        } else {
            worker.close();
        }
    }

    private synchronized void forget(StartingWorker failed) {
        if (warming == failed) {
            warming = null;
        }
    }

    private synchronized void awaitIdleCpu() {
        long deadline = System.nanoTime() + REFILL_MAX_DELAY.toNanos();
        try {
            while (!closed && missing().isPresent() && saturated.getAsBoolean() && System.nanoTime() < deadline) {
                wait(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Optional<Worker> oldest() {
        Optional<Worker> found = fresh.stream().filter(this::old).findFirst();
        found.ifPresent(fresh::remove);
        Optional<Used> idle = used.stream().filter(entry -> old(entry.worker())).findFirst();
        if (found.isEmpty()) {
            idle.ifPresent(used::remove);
        }
        return found.or(() -> idle.map(Used::worker));
    }

    private boolean old(Worker worker) {
        return worker.age().compareTo(maxAge) > 0;
    }

    private synchronized List<Worker> removeIdle(Predicate<Worker> condition) {
        List<Worker> removed = new ArrayList<>(fresh.stream().filter(condition).toList());
        fresh.removeAll(removed);
        used.stream().map(Used::worker).filter(condition).forEach(removed::add);
        used.removeIf(entry -> removed.contains(entry.worker()));
        return removed;
    }
}
