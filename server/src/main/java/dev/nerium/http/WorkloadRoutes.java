package dev.nerium.http;

import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.run.RunIds;
import dev.nerium.workload.WorkloadRequest;
import dev.nerium.workload.Workloads;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** {@code POST /api/v1/warehouse/polars}. */
final class WorkloadRoutes {
    private static final HeaderName RUN_ID = HeaderNames.create("X-Nerium-Run-Id");

    private final Authentication authentication;
    private final Workloads workloads;
    private final RunIds ids;
    private final WorkloadReply reply;
    private final ClientWatch clients;
    private final NeriumConfig config;

    WorkloadRoutes(
            Authentication authentication,
            Workloads workloads,
            RunIds ids,
            WorkloadReply reply,
            ClientWatch clients,
            NeriumConfig config) {
        this.authentication = authentication;
        this.workloads = workloads;
        this.ids = ids;
        this.reply = reply;
        this.clients = clients;
        this.config = config;
    }

    void register(RouteTable routes) {
        routes.post("/api/v1/warehouse/polars", this::run);
    }

    private void run(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        Optional<Duration> wait = Preferences.wait(request, response);
        byte[] body = JsonBody.read(request, config.http().maxBody());
        WorkloadRequest workload = WorkloadBody.read(body, wait, config);
        UUID id = runId(request, ids);
        try (var _ = clients.watch(request, id)) {
            workloads.run(principal, workload, id, result -> reply.send(request, response, result));
        }
    }

    /** The id that the client made so that it can cancel, or a new one. */
    static UUID runId(ServerRequest request, RunIds ids) {
        UUID id = request.headers()
                .first(RUN_ID)
                .map(text -> RunIds.parse(text)
                        .orElseThrow(() -> NeriumException.invalid(
                                "The header X-Nerium-Run-Id is '" + text + "': expected a UUID of version 7.")))
                .orElseGet(ids::next);
        request.context().register(Errors.RUN_ID, id);
        return id;
    }
}
