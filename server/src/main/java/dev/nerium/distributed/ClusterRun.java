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
    private static final int LONGEST_SENTENCE = 300;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Runnable onCancel;
    private final CompletableFuture<Answer> answer;
    private volatile boolean cancelled;

    ClusterRun(CompletableFuture<Answer> answer, Runnable onCancel) {
        this.answer = answer;
        this.onCancel = onCancel;
    }

    /** How a statement ended, by the submitter; a kind of failure, and what is said of it. */
    record Answer(String event, String kind, String text, Machines machines) {
        static Answer failed(String kind, String text) {
            return new Answer("failed", kind, text, Machines.UNSAID);
        }
    }

    /** Ends it on the cluster, from any thread. */
    public void cancel() {
        cancelled = true;
        onCancel.run();
    }

    /** How it ended. */
    public sealed interface End {
        /** @param on which machines, where the engine says it */
        record Complete(Machines on) implements End {}

        record Cancelled() implements End {}

        record TimedOut() implements End {}
    }

    /** Waits for its end; fails where the cluster did. */
    public End await(Duration longest) throws InterruptedException {
        try {
            Answer told = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (told.event().equals("ended") && !cancelled) {
                return new End.Complete(told.machines());
            }
            if (cancelled) {
                return new End.Cancelled();
            }
            throw failure(told);
        } catch (TimeoutException e) {
            cancel();
            awaitLastWords();
            return new End.TimedOut();
        } catch (InterruptedException e) {
            cancel();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What is still written for a moment would outlive the staging folder. */
    private void awaitLastWords() throws InterruptedException {
        try {
            var _ = answer.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // A silent host: what it leaves is removed when the server starts.
        }
    }

    static NeriumException failure(Answer told) {
        String text = PlainText.of(told.text());
        return switch (told.kind()) {
            case "refused" ->
                new NeriumException(
                        ErrorCode.WORKER_PROTOCOL_ERROR, "The worker wrote what may not run on the cluster.", text);
            case "unsupported" ->
                new NeriumException(
                        ErrorCode.INVALID_REQUEST,
                        "The cluster can't run it: " + text + ". Send distributed: false to run it on one machine.");
            case "statement" ->
                new NeriumException(
                        ErrorCode.ENGINE_ERROR,
                        "The cluster failed to run the workload: "
                                + PlainText.of(text.lines().findFirst().orElse(""), LONGEST_SENTENCE),
                        text);
            case "lost" -> new NeriumException(ErrorCode.CLUSTER_UNAVAILABLE, "The cluster does not answer.", text);
            default -> new NeriumException(ErrorCode.INTERNAL_ERROR, "The submitter failed.", text);
        };
    }
}
