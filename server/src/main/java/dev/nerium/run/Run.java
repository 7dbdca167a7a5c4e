package dev.nerium.run;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The record of one workload.
 *
 * @param request the body that asked for it; empty where it can't be asked again
 * @param server the one that ran it
 */
public record Run(
        UUID id,
        NewRun.Owner owner,
        NewRun.What what,
        String codeHash,
        NewRun.Where where,
        RunState state,
        RunTimes times,
        OptionalLong rowCount,
        Optional<String> destination,
        Optional<Failure> failure,
        RunFacts facts,
        Optional<String> request,
        String server) {
    /** Digits of the hash of the code in the name of a job. */
    private static final int JOB_DIGITS = 12;

    /** A run that was just recorded. */
    public static Run queued(NewRun run, Instant at, String server) {
        return new Run(
                run.id(),
                run.owner(),
                run.what(),
                run.what().codeHash(),
                run.where(),
                RunState.QUEUED,
                new RunTimes(at, Optional.empty(), Optional.empty(), Optional.empty()),
                OptionalLong.empty(),
                run.destination(),
                Optional.empty(),
                RunFacts.NONE,
                run.request().map(NewRun.Request::body),
                server);
    }

    /** The same once its worker got the job. */
    public Run running(Instant scheduled, Instant started) {
        RunTimes now = new RunTimes(times.queued(), Optional.of(scheduled), Optional.of(started), Optional.empty());
        return with(RunState.RUNNING, now, rowCount, failure, facts);
    }

    /** The same once more is known of it. */
    public Run knowing(RunFacts more) {
        return with(state, times, rowCount, failure, more);
    }

    /** The same once it is known where its rows go. */
    public Run destined(String table) {
        return new Run(
                id,
                owner,
                what,
                codeHash,
                where,
                state,
                times,
                rowCount,
                Optional.of(table),
                failure,
                facts,
                request,
                server);
    }

    /** The same once it ended. */
    public Run ended(RunEnd end, Instant at) {
        RunTimes known = end.facts().isFromCache() ? times.startedAtOnce() : times;
        RunTimes now = new RunTimes(known.queued(), known.scheduled(), known.started(), Optional.of(at));
        return with(end.state(), now, end.rowCount(), end.failure().map(Failure::of), end.facts());
    }

    /** The name of the recurring work: after the table that it makes, whatever the code; else after the code. */
    public String jobName() {
        return what.mode() + "." + destination.orElseGet(() -> codeHash.substring(0, JOB_DIGITS));
    }

    /** The values of its params. */
    public List<String> paramValues() {
        return ParamValues.of(this);
    }

    /** Whether it failed, or was ended, in this way. */
    public boolean failedWith(ErrorCode code) {
        return failure.flatMap(Failure::code).filter(code.name()::equals).isPresent();
    }

    /** Whether it was ended from outside before it wrote anything, so that the same may be asked for again. */
    public boolean wasLost() {
        return failedWith(ErrorCode.SHUTTING_DOWN) || failedWith(ErrorCode.CLIENT_GONE);
    }

    private Run with(RunState next, RunTimes at, OptionalLong rows, Optional<Failure> why, RunFacts known) {
        return new Run(id, owner, what, codeHash, where, next, at, rows, destination, why, known, request, server);
    }

    /**
     * @param scheduled when it got its place: the wait since {@code queued} was the queue's
     * @param started when its worker got the job
     */
    public record RunTimes(
            Instant queued, Optional<Instant> scheduled, Optional<Instant> started, Optional<Instant> ended) {
        /** The times of a run that needed no worker, and so did not wait. */
        RunTimes startedAtOnce() {
            return new RunTimes(queued, Optional.of(queued), Optional.of(queued), ended);
        }

        public Optional<Duration> duration() {
            return started.flatMap(start -> ended.map(end -> Duration.between(start, end)));
        }
    }

    /** @param code of the API's error; empty in a record of an older version */
    public record Failure(Optional<String> code, String error, Optional<String> details) {
        static Failure of(NeriumException failure) {
            return new Failure(Optional.of(failure.code().name()), failure.message(), failure.details());
        }
    }
}
