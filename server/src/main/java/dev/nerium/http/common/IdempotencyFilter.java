package dev.nerium.http.common;

import dev.nerium.auth.Principal;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import dev.nerium.run.IdempotencyKeys;
import dev.nerium.run.IdempotencyKeys.Claim;
import dev.nerium.run.Run;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.workload.RunRecovery;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.request.WorkloadResult;
import dev.nerium.workload.results.SpooledResults;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The header {@code Idempotency-Key}: a request that is sent again is the same run, and gets its answer, whether it still runs or
 * ended long ago.
 */
public final class IdempotencyFilter {
    private static final HeaderName KEY = HeaderNames.create("Idempotency-Key");
    private static final String RETRY_SECONDS = "5";
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    /** A server that took the key may have died before it made the record. */
    private static final int MAX_POLLS_FOR_A_RECORD = 25;

    private final IdempotencyKeys keys;
    private final Runs runs;
    private final ActiveRuns active;
    private final SpooledResults kept;
    private final RunRecovery recovery;
    private final RunIds ids;

    public IdempotencyFilter(
            IdempotencyKeys keys, Runs runs, ActiveRuns active, SpooledResults kept, RunRecovery recovery, RunIds ids) {
        this.keys = keys;
        this.runs = runs;
        this.active = active;
        this.kept = kept;
        this.recovery = recovery;
        this.ids = ids;
    }

    /** Handles a request. */
    @FunctionalInterface
    public interface RequestHandler {
        /** @param fresh whether it has to be run, under this id; else it was, or is being, run */
        void perform(boolean fresh, UUID run);
    }

    public static Optional<String> key(ServerRequest request) {
        return request.headers().first(KEY).map(key -> {
            if (!key.matches("[\\x21-\\x7e]{1,255}")) {
                throw NeriumException.invalid("The header Idempotency-Key is '" + RequestFields.shortened(key)
                        + "': expected 1 to 255 printable characters without spaces.");
            }
            return key;
        });
    }

    /** @param id of the run, should it be the first with its key */
    public void runOnce(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            byte[] body,
            UUID id,
            RequestHandler action) {
        Optional<String> key = key(request);
        if (key.isEmpty()) {
            action.perform(true, id);
            return;
        }
        Claim claim = claim(principal.keyId(), key.get(), body, id);
        request.context().register(ErrorResponses.RUN_ID, claim.run());
        try {
            action.perform(claim.isNew(), claim.run());
        } catch (NeriumException e) {
            if (claim.isNew() && neverBegan(e, claim.run())) {
                keys.release(principal.keyId(), key.get(), claim.run());
            }
            if (e.code() == ErrorCode.COMMIT_STATE_UNKNOWN) {
                // With its key, a retry is safe: it gets the response when the outcome is known.
                response.header("Retry-After", RETRY_SECONDS);
            }
            throw e;
        }
    }

    /** The run that the key stands for from now on: a new one also where an earlier one was lost before it wrote anything. */
    private Claim claim(String keyId, String key, byte[] body, UUID id) {
        while (true) {
            Claim claim = keys.claim(keyId, key, body, id);
            if (claim.isNew()) {
                requireUnused(keyId, key, id);
                return claim;
            }
            Optional<Run> earlier = recorded(claim.run());
            if (earlier.isEmpty()) {
                return new Claim(claim.run(), true);
            }
            if (!earlier.get().owner().keyId().equals(keyId)) {
                keys.release(keyId, key, claim.run());
                throw Runs.used(claim.run());
            }
            if (!recovery.settled(earlier.get()).wasLost()) {
                return claim;
            }
            UUID anew = runs.find(id).isEmpty() ? id : ids.next();
            if (keys.replace(keyId, key, claim.run(), anew)) {
                return new Claim(anew, true);
            }
        }
    }

    /** A key must not come to stand for a run that was there before it, whose rows may be another's. */
    private void requireUnused(String keyId, String key, UUID id) {
        if (runs.find(id).isPresent()) {
            keys.release(keyId, key, id);
            throw Runs.used(id);
        }
    }

    private boolean neverBegan(NeriumException e, UUID run) {
        ErrorKind kind = e.code().kind();
        return kind == ErrorKind.TOO_MANY_REQUESTS
                || kind == ErrorKind.UNAVAILABLE
                || runs.find(run).isEmpty();
    }

    private Optional<Run> recorded(UUID run) {
        for (int look = 0; look < MAX_POLLS_FOR_A_RECORD; look++) {
            Optional<Run> found = runs.find(run);
            if (found.isPresent()) {
                return found;
            }
            pause();
        }
        return Optional.empty();
    }

    /** Sends the response that the run got, or will get. */
    public void replay(ServerResponse response, UUID id, Consumer<WorkloadResult> reply) {
        Run run = ended(id);
        if (run.wasLost()) {
            throw new NeriumException(
                    ErrorCode.SHUTTING_DOWN,
                    "The run " + id + " was ended before it wrote anything. Send the request again to run it again.");
        }
        response.header("Idempotency-Replayed", "true");
        if (run.failure().isPresent()) {
            throw RunLookup.failure(run);
        }
        reply.accept(kept.find(id).map(SpooledResults.SpooledReply::result).orElseThrow(() -> RunLookup.gone(id)));
    }

    private Run ended(UUID id) {
        while (true) {
            active.awaitEnd(id, Duration.ofMinutes(1));
            Run run = runs.find(id)
                    .orElseThrow(() -> new NeriumException(ErrorCode.RUN_NOT_FOUND, "There is no run '" + id + "'."));
            if (run.state().ended()) {
                return run;
            }
            // It runs on another server, or its end is about to be written down.
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NeriumException(
                    ErrorCode.SHUTTING_DOWN, "The server is shutting down. Send the request again later.");
        }
    }
}
