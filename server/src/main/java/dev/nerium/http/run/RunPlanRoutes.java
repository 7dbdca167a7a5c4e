package dev.nerium.http.run;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import dev.nerium.http.workload.ExplanationResponse;
import dev.nerium.http.workload.RecordedRequests;
import dev.nerium.run.Run;
import dev.nerium.run.RunAdvisor;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.workload.WorkloadService;
import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.WorkloadRequest;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/** {@code /api/v2/runs/{id}/plan} and {@code /profile}: how a run was executed. */
public final class RunPlanRoutes {
    private final Authentication authentication;
    private final Runs runs;
    private final RunLookup path;
    private final RunIds ids;
    private final WorkloadService workloads;
    private final RecordedRequests requests;

    public RunPlanRoutes(
            Authentication authentication,
            Runs runs,
            RunLookup path,
            RunIds ids,
            WorkloadService workloads,
            RecordedRequests requests) {
        this.authentication = authentication;
        this.runs = runs;
        this.path = path;
        this.ids = ids;
        this.workloads = workloads;
        this.requests = requests;
    }

    public void register(Router routes) {
        routes.get(RunLookup.RUN + "/plan", this::plan).get(RunLookup.RUN + "/profile", this::profile);
    }

    /** Computes the plan at the first request for it, on the snapshots that the run read, so that no run spends time on an unused plan. */
    private void plan(ServerRequest request, ServerResponse response) throws JsonProcessingException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at a run's plan");
        Run run = path.own(request, principal, "looking at the plan of a run");
        String kept = runs.plan(run.id()).orElse("");
        ObjectNode plan = kept.isEmpty() ? planned(principal, run) : (ObjectNode) Json.MAPPER.readTree(kept);
        switch (QueryParameters.first(request, "format").orElse("json")) {
            case "json" -> Json.send(response, plan);
            case "text" -> text(response, plan.path("plan").asText());
            case "dot" -> text(response, plan.path("graph").asText());
            case String other ->
                throw NeriumException.invalid(
                        "format is '" + RequestFields.shortened(other) + "': choose json, text or dot.");
        }
    }

    private ObjectNode planned(Principal principal, Run run) {
        WorkloadRequest request = requests.again(run).writtenTo(Optional.empty());
        Explanation explanation = workloads.explain(principal, request, ids.next());
        ObjectNode plan = ExplanationResponse.json(explanation);
        // An admin sees more rows of the server's own tables than the run did.
        if (principal.keyId().equals(run.owner().keyId())) {
            runs.keepPlan(run.id(), plan.toString());
        }
        return plan;
    }

    private static void text(ServerResponse response, String text) {
        response.headers().contentType(MediaTypes.TEXT_PLAIN);
        response.send(text);
    }

    private void profile(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at a run's profile");
        Run run = path.own(request, principal, "looking at the profile of a run");
        RunFacts facts = run.facts();
        ObjectNode body = Json.MAPPER.createObjectNode().put("id", run.id().toString());
        ObjectNode phases = body.putObject("phases_ms");
        facts.phases().forEach((phase, micros) -> phases.put(phase, micros / 1000.0));
        body.set("scans", ExplanationResponse.scans(facts));
        body.put("rows_in", facts.rowsIn()).put("bytes_in", facts.bytesIn());
        body.put("rows_out", run.rowCount().isPresent() ? (Long) run.rowCount().getAsLong() : null);
        body.put("peak_memory_bytes", facts.peakMemoryBytes());
        Long cpu = facts.cpuMicros();
        body.put("cpu_ms", cpu == null ? null : (Double) (cpu / 1000.0));
        body.set("findings", Json.MAPPER.valueToTree(RunAdvisor.of(run)));
        Json.send(response, body);
    }
}
