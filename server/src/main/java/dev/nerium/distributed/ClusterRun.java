package dev.nerium.distributed;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A statement on its way through the cluster. Thread-safe. */
public final class ClusterRun {
    private static final int MAX_MESSAGE_LENGTH = 300;
    private static final Duration FINAL_ANSWER_TIMEOUT = Duration.ofSeconds(2);

    private final Runnable onCancel;
    private final CompletableFuture<SubmitterReply> answer;
    private volatile boolean cancelled;

    ClusterRun(CompletableFuture<SubmitterReply> answer, Runnable onCancel) {
        this.answer = answer;
        this.onCancel = onCancel;
    }

    /** The end of a statement, as reported by the submitter: a kind of failure, and its message. */
    record SubmitterReply(String event, String kind, String text, ClusterSize machines) {
        static SubmitterReply failed(String kind, String text) {
            return new SubmitterReply("failed", kind, text, ClusterSize.UNSPECIFIED);
        }
    }

    /** Ends it on the cluster, from any thread. */
    public void cancel() {
        cancelled = true;
        onCancel.run();
    }

    /** The outcome. */
    public sealed interface ClusterOutcome {
        /** @param on machines of the run, if the engine reports them */
        record Complete(ClusterSize on) implements ClusterOutcome {}

        record Cancelled() implements ClusterOutcome {}

        record TimedOut() implements ClusterOutcome {}
    }

    /** Waits for its end; fails where the cluster did. */
    public ClusterOutcome await(Duration longest) throws InterruptedException {
        try {
            SubmitterReply answered = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (answered.event().equals("ended") && !cancelled) {
                return new ClusterOutcome.Complete(answered.machines());
            }
            if (cancelled) {
                return new ClusterOutcome.Cancelled();
            }
            throw failure(answered);
        } catch (TimeoutException e) {
            cancel();
            awaitLastWords();
            return new ClusterOutcome.TimedOut();
        } catch (InterruptedException e) {
            cancel();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits for writes that are still active, so that none of them outlives the staging folder. */
    private void awaitLastWords() throws InterruptedException {
        try {
            var _ = answer.get(FINAL_ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // A silent host: what it leaves is removed when the server starts.
        }
    }

    static NeriumException failure(SubmitterReply answered) {
        String text = PlainText.of(answered.text());
        return switch (answered.kind()) {
            case "refused" ->
                new NeriumException(
                        ErrorCode.WORKER_PROTOCOL_ERROR, "The task of the worker is not allowed on the cluster.", text);
            case "unsupported" ->
                new NeriumException(
                        ErrorCode.INVALID_REQUEST,
                        "The cluster can't run it: " + text + ". Send distributed: false to run it on one machine.");
            case "statement" ->
                new NeriumException(
                        ErrorCode.ENGINE_ERROR,
                        "The cluster failed to run the workload: "
                                + PlainText.of(text.lines().findFirst().orElse(""), MAX_MESSAGE_LENGTH),
                        text);
            case "lost" -> new NeriumException(ErrorCode.CLUSTER_UNAVAILABLE, "The cluster does not respond.", text);
            default -> new NeriumException(ErrorCode.INTERNAL_ERROR, "The submitter failed.", text);
        };
    }
}
