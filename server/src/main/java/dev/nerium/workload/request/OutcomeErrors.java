package dev.nerium.workload.request;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.result.CorruptResultException;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Cancelled;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.JobOutcome.Crashed;
import dev.nerium.sandbox.job.JobOutcome.Explained;
import dev.nerium.sandbox.job.JobOutcome.FailureKind;
import dev.nerium.sandbox.job.JobOutcome.OutOfDisk;
import dev.nerium.sandbox.job.JobOutcome.OutOfMemory;
import dev.nerium.sandbox.job.JobOutcome.ProtocolBroken;
import dev.nerium.sandbox.job.JobOutcome.Refused;
import dev.nerium.sandbox.job.JobOutcome.TimedOut;
import dev.nerium.sandbox.job.JobOutcome.UserFailed;
import dev.nerium.sandbox.job.TimeLimit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Converts the failures of a job to errors for the client. */
public final class OutcomeErrors {
    private OutcomeErrors() {}

    /**
     * The executed job, or the failure.
     *
     * @param cancellation of the run, should it be that
     */
    public static Completed completed(JobOutcome outcome, Supplier<NeriumException> cancellation) {
        if (outcome instanceof Completed completed) {
            return completed;
        }
        throw failure(outcome, cancellation);
    }

    /** The error that the client gets for anything that ended a run. */
    public static NeriumException of(Exception e, Supplier<NeriumException> cancellation) {
        return switch (e) {
            case NeriumException failure -> failure;
            case InterruptedException interrupted -> cancellation.get();
            case CorruptResultException corrupt -> corrupt(corrupt);
            default -> NeriumException.unexpected("The server failed to run the workload.", e);
        };
    }

    /** A worker can send anything as its result. */
    public static NeriumException corrupt(CorruptResultException e) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR,
                "The worker left a result that can't be read.",
                PlainText.of(String.valueOf(e.getMessage())),
                e);
    }

    /** The planned job, or the failure. */
    public static Explained explained(JobOutcome outcome, Supplier<NeriumException> cancellation) {
        if (outcome instanceof Explained explained) {
            return explained;
        }
        throw failure(outcome, cancellation);
    }

    private static NeriumException failure(JobOutcome outcome, Supplier<NeriumException> cancellation) {
        return switch (outcome) {
            // A script can send any message, also one of another kind of job.
            case Completed _, Explained _ ->
                new NeriumException(
                        ErrorCode.WORKER_PROTOCOL_ERROR, "The worker sent a result of another kind than requested.");
            case UserFailed failed -> failure(failed);
            case Refused(var reason) -> reason;
            case OutOfMemory(var limit) ->
                new NeriumException(
                        ErrorCode.OUT_OF_MEMORY,
                        "The run needed more than the " + limit + " of memory of its tier.",
                        "Filter or select less, aggregate earlier, or request more vcpus: memory grows with them.");
            case OutOfDisk(var bytes, var files) ->
                new NeriumException(
                        ErrorCode.OUT_OF_DISK,
                        "The run wrote more than %s or %d files to disk.".formatted(bytes, files),
                        "Write less in one run, into fewer partitions, or raise sandbox.disk-size or sandbox.max-files."
                                + " Folders nested deeper than 100 count as too much.");
            case TimedOut(var limit) -> timeout(limit);
            case Cancelled() -> cancellation.get();
            case Crashed(var reason) ->
                new NeriumException(
                        ErrorCode.WORKER_CRASHED,
                        "The worker died while it ran the code.",
                        reason + " The end of the run's log may have the reason.");
            case ProtocolBroken(var reason) ->
                new NeriumException(
                        ErrorCode.WORKER_PROTOCOL_ERROR,
                        "The worker broke the protocol with the server.",
                        reason + " What it printed last may say why: see the run's log.");
        };
    }

    public static NeriumException timeout(TimeLimit limit) {
        long longest = limit.longest().toSeconds();
        String advice = limit.duration().compareTo(limit.longest()) < 0
                ? "do less in one run, or send timeoutSeconds, at most %d here (sandbox.max-timeout)."
                : "do less in one run. No run may take longer than %d s here (sandbox.max-timeout).";
        return new NeriumException(
                ErrorCode.TIMED_OUT,
                "The run was stopped after %d s, its maximum duration (%s)."
                        .formatted(limit.duration().toSeconds(), limit.source()),
                "Time in the queue did not count: " + advice.formatted(longest));
    }

    private static NeriumException failure(UserFailed failed) {
        String details = Stream.of(
                        failed.details(),
                        failed.hint().map(hint -> "Hint: " + hint).orElse(""))
                .filter(part -> !part.isBlank())
                .collect(Collectors.joining("\n"));
        return new NeriumException(code(failed.kind()), failed.error(), details.isEmpty() ? failed.error() : details);
    }

    private static ErrorCode code(FailureKind kind) {
        return switch (kind) {
            case SQL -> ErrorCode.QUERY_FAILED;
            case SCRIPT -> ErrorCode.SCRIPT_FAILED;
            case RESULT -> ErrorCode.UNSUPPORTED_RESULT_TYPE;
            case ENGINE -> ErrorCode.ENGINE_ERROR;
            case LIMIT -> ErrorCode.RESULT_TOO_LARGE;
            case LOAD -> ErrorCode.UPLOAD_FAILED;
            case WORKER -> ErrorCode.INTERNAL_ERROR;
        };
    }
}
