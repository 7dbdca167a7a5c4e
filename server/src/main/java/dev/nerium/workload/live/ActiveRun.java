package dev.nerium.workload.live;

import dev.nerium.auth.Principal;
import dev.nerium.error.NeriumException;
import dev.nerium.quota.RunQuota;
import dev.nerium.run.NewRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.RunState;
import dev.nerium.sandbox.SandboxLease;
import dev.nerium.variable.ValueMask;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A run under way, which may be cancelled until it commits. Thread-safe. */
public final class ActiveRun implements AutoCloseable {
    private final RunQuota quota;
    private final Predicate<Principal> isUsable;
    private final Consumer<ActiveRun> onClose;
    private final RunStatistics statistics;
    private final RunEvents events;
    private final RunRecorder history;
    private volatile ValueMask mask = ValueMask.NONE;
    private volatile IntSupplier position = () -> 0;
    private @Nullable Thread thread;
    private Optional<CancelReason> cancelled = Optional.empty();
    private boolean committing;
    private long beganNanos;

    /** Whether it can begin after a restart just as well, and has not begun. */
    private boolean canWait;

    private boolean suspended;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private @Nullable SandboxLease execution;

    /** Ends what was begun for the run, once that is more than waiting. */
    private @Nullable Runnable stop;

    /** @param isUsable whether a key may still be used */
    ActiveRun(
            RunQuota quota,
            Predicate<Principal> isUsable,
            RunEvents events,
            RunStatistics statistics,
            RunRecorder history,
            Consumer<ActiveRun> onClose) {
        this.events = events;
        this.statistics = statistics;
        this.history = history;
        this.quota = quota;
        this.isUsable = isUsable;
        this.onClose = onClose;
    }

    public UUID id() {
        return quota.id();
    }

    public Principal owner() {
        return quota.principal();
    }

    /** Its quotas. */
    public RunQuota quota() {
        return quota;
    }

    RunEvents events() {
        return events;
    }

    public RunStatistics statistics() {
        return statistics;
    }

    /** Its script gets secret values, which nothing that is recorded of it may have. */
    public void hide(ValueMask values) {
        mask = values;
        statistics.hide(values);
    }

    /** Hides the secret values that its script got. */
    public ValueMask mask() {
        return mask;
    }

    /** Its record is made. */
    public void queued(NewRun run) {
        history.queued(run);
        canWait(run.request().flatMap(NewRun.Request::resumption).isPresent());
        transitionTo(RunState.QUEUED);
    }

    /** Its tables are found, as far as its request names them. */
    public void resolved() {
        history.resolved();
    }

    /** Its statement writes to this table. */
    public void destined(String table) {
        history.destined(table);
    }

    /** Its result is about to be stored. */
    public void storing(long bytes) {
        quota.store(bytes);
        statistics.storedBytes(bytes);
    }

    /** It was accepted before this server started. */
    public void reopened() {
        canWait(true);
        transitionTo(RunState.QUEUED);
    }

    /** Continues with the record of an earlier start of the server. */
    public void requeued(Run recorded, RunOrigin origin) {
        history.requeued(recorded, origin);
    }

    /** @param scheduledAt when its wait for a place ended */
    public void started(Instant scheduledAt) {
        begins();
        history.started(scheduledAt);
        quota.started();
        transitionTo(RunState.RUNNING);
    }

    /** From here on, a stop of the server does not leave it to the next start. */
    public synchronized void begins() {
        if (suspended) {
            throw cancellation();
        }
        canWait = false;
    }

    private synchronized void canWait(boolean can) {
        canWait = can;
    }

    public void ended(RunEnd end) {
        if (isSuspended()) {
            // Its record goes on waiting.
            return;
        }
        quota.ending();
        history.ended(end);
        transitionTo(end.state());
    }

    /** Notifies observers that the run is active, if it is. */
    void heartbeat() {
        history.heartbeat();
    }

    private void transitionTo(RunState state) {
        events.add("state", Map.of("state", state.name()));
    }

    /** From here on, this thread does the run's work, and a cancel interrupts it. */
    public synchronized void bindThread() {
        if (cancelled.isPresent()) {
            throw cancellation();
        }
        thread = Thread.currentThread();
        beganNanos = System.nanoTime();
    }

    /** Time since its work began, with its wait in the queue. */
    public synchronized Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    /** It has to wait for a place. */
    public void onQueued(IntSupplier inQueue) {
        position = inQueue;
        events.add("queue", Map.of("position", inQueue.getAsInt()));
        arrived.countDown();
    }

    /** Whether it came to wait for a place, or past that, within the time. */
    public boolean awaitArrival(Duration timeout) throws InterruptedException {
        return arrived.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Its position in the queue: 1 for the next, 0 where it does not wait. */
    int position() {
        return position.getAsInt();
    }

    /** From here on, a cancel kills the worker. */
    public synchronized void onCancel(SandboxLease leased) {
        execution = leased;
        arrived.countDown();
        onCancel(leased::cancel);
    }

    /** From here on, a cancel does this. */
    public synchronized void onCancel(Runnable onCancel) {
        stop = onCancel;
        if (cancelled.isPresent()) {
            // The interrupt came too late for the queue, and must not meet a file or the database later.
            Thread.interrupted();
            onCancel.run();
        }
    }

    /** From here on, a cancel comes too late. */
    public synchronized void beginCommit() {
        if (cancelled.isPresent()) {
            throw cancellation();
        }
        committing = true;
    }

    /** Fails where the key of the run was revoked meanwhile: a run has the rights that its key has now. */
    public void requireUsableKey() {
        if (!isUsable.test(owner())) {
            throw CancelReason.KEY_REVOKED.failure();
        }
    }

    /** Ends the commit without effect: the run may be cancelled again. */
    public synchronized void abortCommit() {
        committing = false;
    }

    synchronized void cancel(CancelReason why) {
        if (committing || cancelled.isPresent()) {
            return;
        }
        cancelled = Optional.of(why);
        end();
    }

    /** Leaves it to the next start, where it can wait for that. */
    synchronized void suspend() {
        if (canWait && cancelled.isEmpty()) {
            suspended = true;
            cancelled = Optional.of(CancelReason.SHUTDOWN);
            end();
        }
    }

    synchronized boolean isSuspended() {
        return suspended;
    }

    private void end() {
        if (stop == null) {
            if (thread != null) {
                thread.interrupt();
            }
        } else {
            stop.run();
        }
    }

    /**
     * Takes back what a cancel would do, where it was not done yet.
     *
     * @return whether it was not
     */
    public synchronized boolean clearOnCancel() {
        stop = null;
        return cancelled.isEmpty();
    }

    /** Its client went away: a run that has its place may go on all the same. */
    synchronized void clientDisconnected(boolean cancelOnDisconnect) {
        if (stop == null || cancelOnDisconnect) {
            cancel(CancelReason.CLIENT_GONE);
        }
    }

    /** The output of the run so far. */
    public synchronized String log() {
        return execution == null ? "" : execution.log().text();
    }

    @Override
    public void close() {
        arrived.countDown();
        events.end();
        quota.ended(history.executed(), history.bytesRead());
        onClose.accept(this);
        mask.close();
    }

    public synchronized NeriumException cancellation() {
        return cancelled.orElse(CancelReason.ASKED).failure();
    }
}
