package dev.nerium.http.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.common.ServerSentEvents;
import dev.nerium.http.workload.ExplanationResponse;
import dev.nerium.run.Run;
import dev.nerium.run.RunState;
import dev.nerium.run.Runs;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.live.RunEvents;
import dev.nerium.workload.live.RunEvents.Event;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code /api/v2/runs/{id}/logs} and {@code /events}: what a run prints and does, from some point on, or as it comes. */
public final class RunStreamRoutes {
    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration FIRST_LOOKS = Duration.ofMillis(100);
    private static final String STATE = "state";

    private final Authentication authentication;
    private final Runs runs;
    private final RunLookup path;
    private final ActiveRuns active;

    public RunStreamRoutes(Authentication authentication, Runs runs, RunLookup path, ActiveRuns active) {
        this.authentication = authentication;
        this.runs = runs;
        this.path = path;
        this.active = active;
    }

    public void register(Router routes) {
        routes.get(RunLookup.RUN + "/logs", this::log).get(RunLookup.RUN + "/events", this::events);
    }

    private void log(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "reading a run's log");
        Run run = path.own(request, principal, "reading the log of a run");
        int offset = offset(request);
        if (QueryParameters.flag(request, "follow") || ServerSentEvents.wanted(request)) {
            follow(response, principal, run.id(), offset);
            return;
        }
        String log = text(run.id());
        response.headers().contentType(MediaTypes.TEXT_PLAIN);
        response.header("X-Nerium-Next-Offset", String.valueOf(Math.max(offset, log.length())));
        response.send(log.substring(Math.min(offset, log.length())));
    }

    private String text(UUID id) {
        return active.log(id).or(() -> runs.log(id)).orElse("");
    }

    public static int offset(ServerRequest request) {
        String text = QueryParameters.first(request, "offset").orElse("0");
        if (!text.matches("\\d{1,9}")) {
            throw NeriumException.invalid("offset is '" + RequestFields.shortened(text)
                    + "': expected the number of characters of the log to skip.");
        }
        return Integer.parseInt(text);
    }

    /** A key that is revoked meanwhile gets no more. */
    private void follow(ServerResponse response, Principal principal, UUID id, int offset) throws IOException {
        int next = offset;
        try (ServerSentEvents out = ServerSentEvents.open(response)) {
            for (Duration look = FIRST_LOOKS; ; look = POLL_INTERVAL) {
                // In this order: what was printed before the end is not missed.
                boolean ended = active.awaitEnd(id, look);
                if (!authentication.isUsable(principal)) {
                    return;
                }
                String log = text(id);
                if (log.length() > next) {
                    out.send(
                            String.valueOf(log.length()),
                            "log",
                            Json.MAPPER.createObjectNode().put("offset", next).put("text", log.substring(next)));
                    next = log.length();
                } else {
                    out.keepAlive();
                }
                if (ended) {
                    return;
                }
            }
        }
    }

    private void events(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "following a run");
        Run run = path.own(request, principal, "following a run");
        long last = request.headers()
                .first(LAST_EVENT_ID)
                .filter(id -> id.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
        Optional<RunEvents> events = active.events(run.id());
        try (ServerSentEvents out = ServerSentEvents.open(response)) {
            if (events.isPresent()) {
                relay(out, principal, run.id(), events.get(), last);
            } else {
                recall(out, run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Likewise. */
    private void relay(ServerSentEvents out, Principal principal, UUID id, RunEvents events, long last)
            throws IOException, InterruptedException {
        long seen = last;
        int position = 0;
        while (true) {
            boolean ended = events.ended();
            var news = events.after(seen, POLL_INTERVAL);
            if (!authentication.isUsable(principal)) {
                return;
            }
            for (Event event : news) {
                ObjectNode data = Json.MAPPER.valueToTree(event.data());
                out.send(
                        String.valueOf(event.id()),
                        event.name(),
                        data.put("time", event.time().toString()));
                seen = event.id();
            }
            int now = active.position(id);
            if (news.isEmpty() && now > 0 && now != position) {
                out.send("", "queue", Json.MAPPER.createObjectNode().put("position", now));
            } else if (news.isEmpty()) {
                out.keepAlive();
            }
            position = now;
            if (ended) {
                return;
            }
        }
    }

    /** Sends events from the record of a run that has ended, or that another server executes. */
    private static void recall(ServerSentEvents out, Run run) throws IOException {
        Run.RunTimes times = run.times();
        state(out, RunState.QUEUED, Optional.of(times.queued()));
        state(out, RunState.RUNNING, times.started());
        for (var scan : ExplanationResponse.scans(run.facts())) {
            out.send("", "scan", (ObjectNode) scan);
        }
        state(out, run.state(), times.ended());
    }

    private static void state(ServerSentEvents out, RunState state, Optional<Instant> time) throws IOException {
        if (time.isPresent()) {
            Map<String, String> data =
                    Map.of(STATE, state.name(), "time", time.get().toString());
            out.send("", STATE, Json.MAPPER.valueToTree(data));
        }
    }
}
