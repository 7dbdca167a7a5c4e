package dev.nerium.http;

import dev.nerium.auth.Principal;
import dev.nerium.config.ByteSize;
import dev.nerium.error.NeriumException;
import dev.nerium.run.RunIds;
import dev.nerium.workload.WorkloadRequest;
import dev.nerium.workload.Workloads;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.UUID;

/** {@code POST /api/v1/warehouse/polars}. */
final class WorkloadRoutes {
    private static final HeaderName RUN_ID = HeaderNames.create("X-Nerium-Run-Id");

    private final Authentication authentication;
    private final Workloads workloads;
    private final RunIds ids;
    private final WorkloadReply reply;
    private final String defaultCatalog;
    private final ByteSize maxBody;

    WorkloadRoutes(
            Authentication authentication,
            Workloads workloads,
            RunIds ids,
            WorkloadReply reply,
            String defaultCatalog,
            ByteSize maxBody) {
        this.authentication = authentication;
        this.workloads = workloads;
        this.ids = ids;
        this.reply = reply;
        this.defaultCatalog = defaultCatalog;
        this.maxBody = maxBody;
    }

    void register(RouteTable routes) {
        routes.post("/api/v1/warehouse/polars", this::run);
    }

    private void run(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        WorkloadRequest workload = WorkloadBody.read(JsonBody.read(request, maxBody), defaultCatalog);
        UUID id = runId(request, ids);
        workloads.run(principal, workload, id, result -> reply.send(request, response, result));
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
