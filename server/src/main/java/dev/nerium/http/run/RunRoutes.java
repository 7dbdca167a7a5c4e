package dev.nerium.http.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunJson;
import dev.nerium.http.common.RunLookup;
import dev.nerium.lake.access.TableRights;
import dev.nerium.run.Run;
import dev.nerium.run.RunFilter;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunState;
import dev.nerium.run.Runs;
import dev.nerium.workload.live.ActiveRuns;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** {@code /api/v2/runs}: list runs, look at one, cancel it. */
public final class RunRoutes {
    private static final int USUAL_PAGE = 50;
    private static final int LARGEST_PAGE = 500;

    private final Authentication authentication;
    private final Runs runs;
    private final RunLookup path;
    private final RunJson json;
    private final ActiveRuns active;
    private final Grants grants;

    public RunRoutes(
            Authentication authentication, Runs runs, RunLookup path, RunJson json, ActiveRuns active, Grants grants) {
        this.authentication = authentication;
        this.runs = runs;
        this.path = path;
        this.json = json;
        this.active = active;
        this.grants = grants;
    }

    public void register(Router routes) {
        routes.get("/api/v2/runs", this::list).get(RunLookup.RUN, this::show).delete(RunLookup.RUN, this::cancel);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "listing runs");
        TableRights rights = grants.of(principal);
        int limit = limit(request);
        List<Run> page = runs.list(filter(request, principal, rights, limit + 1));
        boolean more = page.size() > limit;
        ObjectNode body = Json.MAPPER.createObjectNode();
        var list = body.putArray("runs");
        page.stream()
                .limit(limit)
                .forEach(run ->
                        list.add(principal.sees(run.owner().keyId()) ? json.summary(run) : json.outline(run, rights)));
        body.put("next", more ? page.get(limit - 1).id().toString() : null);
        Json.send(response, body);
    }

    private static RunFilter filter(ServerRequest request, Principal principal, TableRights rights, int limit) {
        Optional<String> key = QueryParameters.first(request, "key");
        // The owner of a run is hidden from other keys.
        key.filter(name -> !name.equals(principal.name()))
                .ifPresent(_ -> principal.require(Scope.ADMIN, "listing the runs of another key"));
        // An admin sees the runs of all keys with its name.
        // The names of tables that a key does not see are not found by searching for them.
        boolean own = QueryParameters.flag(request, "own")
                || (QueryParameters.first(request, "destination").isPresent() && !rights.seesAll());
        Optional<String> name = own ? Optional.of(principal.name()) : key;
        return new RunFilter(
                QueryParameters.first(request, "id").map(RunRoutes::idPrefix),
                QueryParameters.first(request, "state").map(RunRoutes::state),
                QueryParameters.first(request, "mode"),
                name,
                name.flatMap(_ -> principal.onlyKey()),
                QueryParameters.first(request, "destination"),
                time(request, "since"),
                time(request, "until"),
                QueryParameters.first(request, "after").map(RunRoutes::after),
                limit);
    }

    private static String idPrefix(String text) {
        if (!text.matches("[0-9a-fA-F-]{1,36}")) {
            throw NeriumException.invalid("id is '" + RequestFields.shortened(text)
                    + "': expected the beginning of a run's id, 1 to 36 hexadecimal digits and dashes.");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    public static int limit(ServerRequest request) {
        return QueryParameters.limit(request, USUAL_PAGE, LARGEST_PAGE);
    }

    private static RunState state(String text) {
        return Arrays.stream(RunState.values())
                .filter(state -> state.name().equals(text.toUpperCase(Locale.ROOT)))
                .findAny()
                .orElseThrow(() -> NeriumException.invalid("state is '" + RequestFields.shortened(text) + "': choose "
                        + Arrays.toString(RunState.values()).replaceAll("[\\[\\]]", "") + "."));
    }

    /** A time with its zone. */
    public static Optional<Instant> time(ServerRequest request, String name) {
        return QueryParameters.first(request, name).map(text -> time(name, text));
    }

    private static Instant time(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw NeriumException.invalid("%s is '%s': expected a time with its zone, such as 2026-11-01T12:00:00Z."
                    .formatted(name, RequestFields.shortened(text)));
        }
    }

    private static UUID after(String text) {
        return RunIds.parse(text)
                .orElseThrow(() -> NeriumException.invalid("after is '" + RequestFields.shortened(text)
                        + "': expected the value of next of the previous page."));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at a run");
        Run run = path.find(request);
        Json.send(
                response, principal.sees(run.owner().keyId()) ? json.of(run) : json.outline(run, grants.of(principal)));
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        Run run = path.own(request, principal, "cancelling a run");
        active.cancel(run.id());
        Json.send(response, json.of(path.find(request)));
    }
}
