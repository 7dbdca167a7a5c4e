package dev.nerium.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps workers of the default tier ready. A fresh one has run nothing; a used one has run only SQL of one key and goes back
 * to that key alone. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private record Used(Worker worker, String keyId) {}

    private final WorkerFactory factory;
    private final Tier tier;
    private final int size;
    private final Deque<Worker> fresh = new ArrayDeque<>();
    private final Deque<Used> used = new ArrayDeque<>();
    private final ExecutorService refill = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("refill").daemon().factory());
    private boolean closed;

    /** @param size how many fresh workers, and how many used ones, are kept */
    WorkerPool(WorkerFactory factory, Tier tier, int size) {
        this.factory = factory;
        this.tier = tier;
        this.size = size;
    }

    synchronized void fill() {
        if (!closed) {
            refill.execute(this::refill);
        }
    }

    /** A worker that ran SQL for this key before, or else one that has run nothing. */
    Worker takeFor(String keyId, Tier wanted) throws IOException {
        Optional<Worker> again = takeUsed(keyId, wanted);
        return again.isPresent() ? again.get() : takeFresh(wanted);
    }

    /** A worker that has run nothing. */
    Worker takeFresh(Tier wanted) throws IOException {
        Optional<Worker> ready = wanted.equals(tier) ? pollFresh() : Optional.empty();
        return ready.isPresent() ? ready.get() : factory.start(wanted);
    }

    /** Keeps a worker that has run only SQL, and only for this key. */
    void keep(Worker worker, String keyId) {
        Optional<Worker> surplus = Optional.empty();
        synchronized (this) {
            if (closed || size == 0) {
                surplus = Optional.of(worker);
            } else {
                used.addFirst(new Used(worker, keyId));
                if (used.size() > size) {
                    surplus = Optional.of(used.removeLast().worker());
                }
            }
        }
        surplus.ifPresent(Worker::close);
    }

    /** Wants no more workers; those that are starting are not waited for. */
    synchronized void stopFilling() {
        closed = true;
    }

    @Override
    public void close() {
        List<Worker> idle = new ArrayList<>();
        stopFilling();
        refill.close();
        synchronized (this) {
            idle.addAll(fresh);
            used.forEach(entry -> idle.add(entry.worker()));
            fresh.clear();
            used.clear();
        }
        idle.forEach(Worker::close);
    }

    private synchronized Optional<Worker> takeUsed(String keyId, Tier wanted) {
        for (Iterator<Used> each = used.iterator(); each.hasNext(); ) {
            Used entry = each.next();
            if (entry.keyId().equals(keyId) && entry.worker().tier().equals(wanted)) {
                each.remove();
                if (entry.worker().alive()) {
                    return Optional.of(entry.worker());
                }
                entry.worker().close();
            }
        }
        return Optional.empty();
    }

    private Optional<Worker> pollFresh() {
        while (true) {
            Worker worker;
            synchronized (this) {
                worker = fresh.pollFirst();
            }
            fill();
            if (worker == null || worker.alive()) {
                return Optional.ofNullable(worker);
            }
            worker.close();
        }
    }

    private void refill() {
        while (wantsMore()) {
            try {
                add(factory.start(tier));
            } catch (IOException e) {
                // At shutdown, the workers that are just starting are given up.
                if (wantsMore()) {
                    LOG.error("No worker can be kept ready: {}", e.getMessage());
                }
                return;
            }
        }
    }

    private synchronized boolean wantsMore() {
        return !closed && fresh.size() < size;
    }

    private void add(Worker worker) {
        synchronized (this) {
            if (!closed) {
                fresh.addLast(worker);
                return;
            }
        }
        worker.close();
    }
}
