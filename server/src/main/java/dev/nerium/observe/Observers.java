package dev.nerium.observe;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands runs to all who watch, in the background; of more than they can take, the newest are left out. Thread-safe. */
public final class Observers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);
    private static final int CAPACITY = 10_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** Delay before events are passed on, because observers share the processor and the database's only writer with the run. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final List<RunObserver> observers;
    private final AtomicLong dropped = new AtomicLong();
    private final ThreadPoolExecutor telling = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(CAPACITY),
            Thread.ofPlatform().name("observers").daemon().factory());
    private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("observers-clock").daemon().factory());

    public Observers(List<RunObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    public void started(ObservedRun run) {
        dispatch(RunObserver::started, run, run.run().id());
    }

    public void running(ObservedRun run) {
        dispatch(RunObserver::running, run, run.run().id());
    }

    public void ended(ObservedRun run) {
        dispatch(RunObserver::ended, run, run.run().id());
    }

    public void replied(ObservedReply reply) {
        dispatch(RunObserver::replied, reply, reply.run());
    }

    /** Schedules a repeated action, such as the heartbeat events of long runs. */
    public void every(Duration time, Runnable action) {
        var _ = ticking.scheduleWithFixedDelay(action, time.toMillis(), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The number of events in the queue. */
    public int queueSize() {
        return telling.getQueue().size();
    }

    /** The number of events that were dropped because the queue was full. */
    public long dropped() {
        return dropped.get();
    }

    private <T> void dispatch(BiConsumer<RunObserver, T> what, T event, UUID run) {
        try {
            telling.execute(() -> {
                collect();
                observers.forEach(observer -> dispatch(observer, what, event, run));
                if (telling.getQueue().isEmpty()) {
                    observers.forEach(Observers::flush);
                }
            });
        } catch (RejectedExecutionException e) {
            if (dropped.getAndIncrement() == 0) {
                LOG.warn("Observers can't keep up: events of the run {} and of later runs are dropped", run);
            }
        }
    }

    /** Lets some more come, where nothing waits. */
    private void collect() {
        if (telling.getQueue().isEmpty() && !telling.isShutdown()) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static <T> void dispatch(RunObserver observer, BiConsumer<RunObserver, T> what, T event, UUID run) {
        try {
            what.accept(observer, event);
        } catch (RuntimeException e) {
            LOG.error("{} failed at the run {}", observer.getClass().getSimpleName(), run, e);
        }
    }

    private static void flush(RunObserver observer) {
        try {
            observer.flush();
        } catch (RuntimeException e) {
            LOG.error(
                    "{} failed to write what it collected", observer.getClass().getSimpleName(), e);
        }
    }

    /** Passes on the queued events first, up to a time limit. */
    @Override
    public void close() {
        ticking.shutdownNow();
        telling.shutdown();
        try {
            if (!telling.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "{} events of runs were dropped because the server stopped",
                        telling.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
