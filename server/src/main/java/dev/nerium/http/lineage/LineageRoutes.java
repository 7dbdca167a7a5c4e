package dev.nerium.http.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.run.RunRoutes;
import dev.nerium.lake.Lake;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableName;
import dev.nerium.observe.lineage.ColumnEdges.ColumnEdge;
import dev.nerium.observe.lineage.DatasetName;
import dev.nerium.observe.lineage.GraphSearch;
import dev.nerium.observe.lineage.GraphSearch.Direction;
import dev.nerium.observe.lineage.GraphSearch.Period;
import dev.nerium.observe.lineage.Lineage;
import dev.nerium.observe.lineage.LineageEvent;
import dev.nerium.observe.lineage.Subgraph;
import dev.nerium.run.Run;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/lineage}, {@code /api/v1/events} and {@code /api/v2/runs/{id}/lineage}: what was made from what. */
public final class LineageRoutes {
    private static final int USUAL_DEPTH = 5;
    private static final int LARGEST_DEPTH = 100;
    public static final int MOST_NODES = 10_000;
    private static final int SUCCESS = 200;
    private static final List<String> PARAMETERS =
            List.of("table", "namespace", "name", "direction", "depth", "include_readers", "columns", "since", "until");

    private final Authentication authentication;
    private final RunLookup runs;
    private final Lineage lineage;
    private final Lake lake;
    private final Grants grants;
    private final ByteSize maxBody;

    public LineageRoutes(
            Authentication authentication,
            RunLookup runs,
            Lineage lineage,
            Lake lake,
            Grants grants,
            ByteSize maxBody) {
        this.authentication = authentication;
        this.runs = runs;
        this.lineage = lineage;
        this.lake = lake;
        this.grants = grants;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.post("/api/v1/lineage", this::receive)
                .get("/api/v1/events", this::events)
                .get("/api/v1/lineage/graph", this::graph)
                .get(RunLookup.RUN + "/lineage", this::ofRun);
    }

    private void receive(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "reporting lineage");
        lineage.store().receive(Json.object(RequestBody.read(request, maxBody)), principal.keyId());
        Json.send(response, Json.MAPPER.createObjectNode().put("status", SUCCESS));
    }

    private void events(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at lineage events");
        ArrayNode list = Json.MAPPER.createArrayNode();
        lineage.store().list(EventQuery.read(request, principal)).forEach(event -> list.add(EventJson.of(event)));
        Json.send(response, list);
    }

    private void ofRun(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at a run's lineage");
        Run run = runs.own(request, principal, "looking at the lineage of a run");
        List<LineageEvent> events = lineage.store().of(run.id());
        Json.send(response, RunLineageJson.of(run, events));
    }

    private void graph(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at the lineage graph");
        QueryParameters.requireKnown(request, PARAMETERS);
        TableRights rights = grants.of(principal);
        DatasetName start = start(request, rights);
        Period period = period(request);
        GraphSearch search = new GraphSearch(
                direction(request), depth(request), flag(request, "include_readers"), MOST_NODES, period);
        Subgraph graph = lineage.graph()
                .around(start, search)
                .flatMap(new VisibleGraph(principal, rights, lineage.namespace())::of)
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.TABLE_NOT_FOUND,
                        "No known run read or wrote " + start.name() + (period.isUnbounded() ? "." : " in this time."),
                        "The graph contains it after a run or a reported event names it, for lineage.retention."));
        GraphJson json = new GraphJson(graph, principal);
        ObjectNode body = json.graph();
        columns(request)
                .ifPresent(
                        columns -> body.set("columns", json.columns(columnEdges(graph, period, principal), columns)));
        Json.send(response, body);
    }

    private List<ColumnEdge> columnEdges(Subgraph graph, Period period, Principal principal) {
        return VisibleGraph.within(graph, lineage.columns().of(graph, period, principal.onlyKey()));
    }

    private static Period period(ServerRequest request) {
        Optional<Instant> since = RunRoutes.time(request, "since");
        Optional<Instant> until = RunRoutes.time(request, "until");
        if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
            throw NeriumException.invalid("until is " + until.get() + ", before since, which is " + since.get()
                    + ": expected a time from since on.");
        }
        return new Period(since, until);
    }

    /** A table of the lake by its name, or any dataset by OpenLineage's two. */
    private DatasetName start(ServerRequest request, TableRights rights) {
        Optional<String> table = QueryParameters.first(request, "table");
        Optional<String> namespace = QueryParameters.first(request, "namespace");
        Optional<String> name = QueryParameters.first(request, "name");
        if (table.isPresent() && namespace.isEmpty() && name.isEmpty()) {
            TableName lakes = TableName.parse(table.get(), "table", lake.defaultCatalog());
            // The place of a table that the key does not see would show that it exists.
            return lake.as(rights).sees(lakes) ? lineage.dataset(lakes) : lineage.named(lakes);
        }
        if (table.isEmpty() && namespace.isPresent() && name.isPresent()) {
            return new DatasetName(namespace.get(), name.get());
        }
        throw NeriumException.invalid(
                "The dataset is missing: send table, such as table=default.flowers, or namespace and name as in OpenLineage.");
    }

    private static Direction direction(ServerRequest request) {
        String text = QueryParameters.first(request, "direction").orElse("both");
        return switch (text) {
            case "both" -> Direction.BOTH;
            case "upstream" -> Direction.UPSTREAM;
            case "downstream" -> Direction.DOWNSTREAM;
            default ->
                throw NeriumException.invalid(
                        "direction is '" + RequestFields.shortened(text) + "': choose upstream, downstream or both.");
        };
    }

    public static int depth(ServerRequest request) {
        return EventQuery.number(request, "depth", USUAL_DEPTH, 1, LARGEST_DEPTH);
    }

    private static boolean flag(ServerRequest request, String name) {
        String text = QueryParameters.first(request, name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw NeriumException.invalid(
                    "%s is '%s': choose true or false.".formatted(name, RequestFields.shortened(text)));
        }
        return text.equals("true");
    }

    /** Empty if no columns are requested; an empty set for all of them. */
    private static Optional<List<String>> columns(ServerRequest request) {
        return QueryParameters.first(request, "columns")
                .filter(text -> !text.equals("false"))
                .map(text -> text.equals("true") ? List.of() : List.of(text.split(",")));
    }
}
