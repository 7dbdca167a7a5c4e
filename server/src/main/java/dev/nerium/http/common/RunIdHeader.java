package dev.nerium.http.common;

import dev.nerium.error.NeriumException;
import dev.nerium.run.RunIds;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;

/** The header {@code X-Nerium-Run-Id}: the id that a client chose for its run, so that it can cancel it before it has the reply. */
public final class RunIdHeader {
    private static final HeaderName RUN_ID = HeaderNames.create("X-Nerium-Run-Id");

    private RunIdHeader() {}

    public static boolean isPresent(ServerRequest request) {
        return request.headers().contains(RUN_ID);
    }

    /** Names the run in a response that has no field for it. */
    public static void write(ServerResponse response, UUID run) {
        response.header(RUN_ID, run.toString());
    }

    /** Returns the id that the client chose, or a new one, and names it in every error of the request. */
    public static UUID read(ServerRequest request, RunIds ids) {
        UUID id = request.headers()
                .first(RUN_ID)
                .map(text -> RunIds.parse(text)
                        .orElseThrow(() -> NeriumException.invalid(
                                "The header X-Nerium-Run-Id is '" + text + "': expected a UUID of version 7.")))
                .orElseGet(ids::next);
        request.context().register(ErrorResponses.RUN_ID, id);
        return id;
    }
}
