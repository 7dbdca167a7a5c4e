package dev.nerium.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.run.Run;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.workload.ActiveRuns;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** {@code /api/v2/runs/{id}}: look at a run, read its log, cancel it. */
final class RunRoutes {
    private final Authentication authentication;
    private final Runs runs;
    private final ActiveRuns active;

    RunRoutes(Authentication authentication, Runs runs, ActiveRuns active) {
        this.authentication = authentication;
        this.runs = runs;
        this.active = active;
    }

    void register(RouteTable routes) {
        routes.get("/api/v2/runs/{id}", this::show)
                .delete("/api/v2/runs/{id}", this::cancel)
                .get("/api/v2/runs/{id}/logs", this::log);
    }

    private void show(ServerRequest request, ServerResponse response) {
        authentication.principal(request).require(Scope.READ, "looking at a run");
        Json.send(response, body(find(id(request))));
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        UUID id = id(request);
        find(id);
        active.cancel(id, principal);
        Json.send(response, body(find(id)));
    }

    private void log(ServerRequest request, ServerResponse response) {
        authentication.principal(request).require(Scope.READ, "reading a run's log");
        UUID id = id(request);
        String log = active.log(id).or(() -> runs.log(id)).orElseThrow(() -> unknown(id.toString()));
        response.headers().contentType(MediaTypes.TEXT_PLAIN);
        response.send(log);
    }

    private Run find(UUID id) {
        return runs.find(id).orElseThrow(() -> unknown(id.toString()));
    }

    private static UUID id(ServerRequest request) {
        String text = request.path().pathParameters().get("id");
        return RunIds.parse(text).orElseThrow(() -> unknown(text));
    }

    private static NeriumException unknown(String id) {
        return new NeriumException(ErrorCode.RUN_NOT_FOUND, "There is no run '" + id + "'.");
    }

    private static ObjectNode body(Run run) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("id", run.id().toString())
                .put("type", "polars")
                .put("mode", run.mode())
                .put("state", run.state().name())
                .put("queued_at", run.queuedAt().toString())
                .put("scheduled_at", text(run.scheduledAt()))
                .put("started_at", text(run.startedAt()))
                .put("ended_at", text(run.endedAt()));
        run.duration()
                .ifPresentOrElse(
                        duration -> body.put("duration", duration.toMillis() / 1000.0), () -> body.putNull("duration"));
        body.put("error", run.error().orElse(null)).put("details", run.details().orElse(null));
        run.rowCount().ifPresentOrElse(rows -> body.put("row_count", rows), () -> body.putNull("row_count"));
        body.put("destination", run.destination().orElse(null));
        body.putArray("tags");
        body.putObject("job")
                .put("id", run.id().toString())
                .put("name", "polars." + run.mode())
                .put("namespace", "nerium");
        body.putObject("pipeline")
                .put("id", run.id().toString())
                .put("name", "polars")
                .put("namespace", "nerium");
        return body;
    }

    private static @org.jspecify.annotations.Nullable String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(null);
    }
}
