package dev.nerium.http.run;

import dev.nerium.auth.Principal;
import dev.nerium.config.ByteSize;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.http.workload.RecordedRequests;
import dev.nerium.http.workload.Resumption;
import dev.nerium.http.workload.WorkloadRunner;
import dev.nerium.run.Run;
import dev.nerium.run.RunIds;
import dev.nerium.workload.request.WorkloadRequest;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** {@code POST /api/v2/runs/{id}/replay}: executes the request of a run again, on the snapshots that the run read. */
public final class RunReplayRoute {
    private final Authentication authentication;
    private final RunLookup path;
    private final RunIds ids;
    private final WorkloadRunner runner;
    private final RecordedRequests requests;
    private final ByteSize maxBody;

    public RunReplayRoute(
            Authentication authentication,
            RunLookup path,
            RunIds ids,
            WorkloadRunner runner,
            RecordedRequests requests,
            ByteSize maxBody) {
        this.authentication = authentication;
        this.path = path;
        this.ids = ids;
        this.runner = runner;
        this.requests = requests;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.post(RunLookup.RUN + "/replay", this::replay);
    }

    private void replay(ServerRequest request, ServerResponse response) throws IOException {
        TraceHeaders.begin(request, response);
        Principal principal = authentication.principal(request);
        Run run = path.own(request, principal, "replaying a run");
        UUID id = RunIdHeader.read(request, ids);
        PreferHeader.read(request).apply(response);
        Optional<String> change = request.content().hasEntity()
                ? Optional.of(new String(RequestBody.read(request, maxBody), StandardCharsets.UTF_8))
                : Optional.empty();
        WorkloadRequest again = requests.replay(run, change);
        Resumption resumption = Resumption.ofReplay(request, run.id(), change);
        runner.run(request, response, principal, again, id, resumption);
    }
}
