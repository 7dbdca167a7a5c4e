package dev.nerium.http;

import dev.nerium.auth.Principal;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import dev.nerium.run.IdempotencyKeys;
import dev.nerium.run.IdempotencyKeys.Claimed;
import dev.nerium.run.Run;
import dev.nerium.run.Runs;
import dev.nerium.workload.ActiveRuns;
import dev.nerium.workload.KeptReplies;
import dev.nerium.workload.WorkloadResult;
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
final class Repetitions {
    private static final HeaderName KEY = HeaderNames.create("Idempotency-Key");
    private static final Duration LOOK = Duration.ofMillis(200);

    /** A server that took the key may have died before it made the record. */
    private static final int LOOKS_FOR_A_RECORD = 25;

    private final IdempotencyKeys keys;
    private final Runs runs;
    private final ActiveRuns active;
    private final KeptReplies kept;

    Repetitions(IdempotencyKeys keys, Runs runs, ActiveRuns active, KeptReplies kept) {
        this.keys = keys;
        this.runs = runs;
        this.active = active;
        this.kept = kept;
    }

    /** What is done with a request. */
    @FunctionalInterface
    interface Action {
        /** @param fresh whether it has to be run, under this id; else it was, or is being, run */
        void perform(boolean fresh, UUID run);
    }

    static Optional<String> key(ServerRequest request) {
        return request.headers().first(KEY).map(key -> {
            if (!key.matches("[\\x21-\\x7e]{1,255}")) {
                throw NeriumException.invalid("The header Idempotency-Key is '" + Fields.shortened(key)
                        + "': expected 1 to 255 printable characters without spaces.");
            }
            return key;
        });
    }

    /** @param id of the run, should it be the first with its key */
    void once(ServerRequest request, Principal principal, byte[] body, UUID id, Action action) {
        Optional<String> key = key(request);
        if (key.isEmpty()) {
            action.perform(true, id);
            return;
        }
        Claimed claimed = keys.claim(principal.keyId(), key.get(), body, id);
        UUID run = claimed.run();
        request.context().register(Errors.RUN_ID, run);
        boolean fresh = claimed.isNew() || !recorded(run);
        if (isAnothers(claimed, principal)) {
            keys.release(principal.keyId(), key.get(), run);
            throw Runs.usedBefore(run);
        }
        try {
            action.perform(fresh, run);
        } catch (NeriumException e) {
            if (fresh && neverBegan(e, run)) {
                keys.release(principal.keyId(), key.get(), run);
            }
            throw e;
        }
    }

    /** A key that is new stands for no run that was before, and none stands for a run of another API key. */
    private boolean isAnothers(Claimed claimed, Principal principal) {
        return runs.find(claimed.run())
                .filter(run -> claimed.isNew() || !run.owner().keyId().equals(principal.keyId()))
                .isPresent();
    }

    private boolean neverBegan(NeriumException e, UUID run) {
        ErrorKind kind = e.code().kind();
        return kind == ErrorKind.BUSY
                || kind == ErrorKind.UNAVAILABLE
                || runs.find(run).isEmpty();
    }

    private boolean recorded(UUID run) {
        for (int look = 0; look < LOOKS_FOR_A_RECORD; look++) {
            if (runs.find(run).isPresent()) {
                return true;
            }
            pause();
        }
        return false;
    }

    /** Answers as the run was, or will be, answered. */
    void answer(ServerResponse response, UUID id, Consumer<WorkloadResult> reply) {
        Run run = ended(id);
        response.header("Idempotency-Replayed", "true");
        if (run.failure().isPresent()) {
            throw RunPath.failure(run);
        }
        reply.accept(kept.find(id).map(KeptReplies.KeptReply::result).orElseThrow(() -> RunPath.gone(id)));
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
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NeriumException(ErrorCode.SHUTTING_DOWN, "The server is shutting down. Send it again later.");
        }
    }
}
