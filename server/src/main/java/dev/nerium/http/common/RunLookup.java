package dev.nerium.http.common;

import dev.nerium.auth.Principal;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import dev.nerium.run.Run;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunState;
import dev.nerium.run.Runs;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.UUID;

/** The run that a path names. */
public final class RunLookup {
    public static final String RUN = "/api/v2/runs/{id}";

    private final Runs runs;
    private final RunJson json;

    public RunLookup(Runs runs, RunJson json) {
        this.runs = runs;
        this.json = json;
    }

    /** The run that the path names, all of which the key may see; a 403 where it is another key's. */
    public Run own(ServerRequest request, Principal principal, String purpose) {
        Run run = find(request);
        principal.requireOwner(run.owner().keyId(), purpose);
        return run;
    }

    /** The run that the path names, of which another key sees the outline only. */
    public Run find(ServerRequest request) {
        UUID id = id(request);
        return runs.find(id).orElseThrow(() -> unknown(id.toString()));
    }

    static UUID id(ServerRequest request) {
        String text = request.path().pathParameters().get("id");
        return RunIds.parse(text).orElseThrow(() -> unknown(text));
    }

    /** Answers 202 with the run and where it is. */
    public void accepted(ServerResponse response, UUID id) {
        response.status(Status.ACCEPTED_202);
        response.header("Location", "/api/v2/runs/" + id);
        response.header("Retry-After", "1");
        Json.send(response, json.of(runs.find(id).orElseThrow(() -> unknown(id.toString()))));
    }

    /** The failure of a run, as it was returned to its client. */
    public static NeriumException failure(Run run) {
        Run.Failure failure = run.failure().orElseThrow();
        ErrorCode code = failure.code()
                .flatMap(name -> Arrays.stream(ErrorCode.values())
                        .filter(one -> one.name().equals(name))
                        .findAny())
                .orElse(run.state() == RunState.ABORT ? ErrorCode.CANCELLED : ErrorCode.INTERNAL_ERROR);
        // A run that was ended with its server or its client is over: it is not the server that is unavailable now.
        ErrorCode adjusted =
                code.kind() == ErrorKind.UNAVAILABLE && run.state() == RunState.ABORT ? ErrorCode.CANCELLED : code;
        return new NeriumException(adjusted, failure.error(), failure.details().orElse(failure.error()));
    }

    public static NeriumException gone(UUID run) {
        return new NeriumException(
                ErrorCode.RESULT_EXPIRED,
                "The rows of the run " + run + " are not stored, or have expired.",
                "Results are stored only for runs sent with Prefer: respond-async or an Idempotency-Key, on the server"
                        + " that ran them, for results.retention. Replay the run to get the rows again.");
    }

    private static NeriumException unknown(String id) {
        return new NeriumException(ErrorCode.RUN_NOT_FOUND, "There is no run '" + id + "'.");
    }
}
