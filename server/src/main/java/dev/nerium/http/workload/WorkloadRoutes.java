package dev.nerium.http.workload;

import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.ErrorResponses;
import dev.nerium.http.common.IdempotencyFilter;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.workload.WorkloadService;
import dev.nerium.workload.request.ResultDelivery;
import dev.nerium.workload.request.WorkloadRequest;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.UUID;

/** {@code POST /api/v1/warehouse/polars}. */
public final class WorkloadRoutes {
    private static final HeaderName RUN_ID = HeaderNames.create("X-Nerium-Run-Id");

    private final Authentication authentication;
    private final WorkloadService workloads;
    private final RunIds ids;
    private final WorkloadResponse reply;
    private final RunLookup runs;
    private final IdempotencyFilter repetitions;
    private final DisconnectMonitor clients;
    private final NeriumConfig config;

    public WorkloadRoutes(
            Authentication authentication,
            WorkloadService workloads,
            RunIds ids,
            WorkloadResponse reply,
            RunLookup runs,
            IdempotencyFilter repetitions,
            DisconnectMonitor clients,
            NeriumConfig config) {
        this.authentication = authentication;
        this.workloads = workloads;
        this.ids = ids;
        this.reply = reply;
        this.runs = runs;
        this.repetitions = repetitions;
        this.clients = clients;
        this.config = config;
    }

    public void register(Router routes) {
        routes.post("/api/v1/warehouse/polars", this::run);
    }

    private void run(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        PreferHeader preferences = PreferHeader.read(request);
        byte[] body = RequestBody.read(request, config.http().maxBody());
        WorkloadRequest workload = WorkloadRequestReader.read(body, preferences.patience(), config);
        UUID id = runId(request, ids);
        preferences.apply(response);
        repetitions.once(request, response, principal, body, id, (fresh, run) -> {
            if (fresh) {
                boolean repeatable = IdempotencyFilter.key(request).isPresent();
                WorkloadRequest asked = repeatable ? workload.kept() : workload;
                perform(request, response, principal, asked, run, Resumption.of(request));
            } else if (preferences.respondAsync()) {
                runs.accepted(response, run);
            } else {
                repetitions.answer(response, run, result -> reply.send(request, response, result));
            }
        });
    }

    /**
     * Runs a workload as the client wants it: here and now, or behind its back.
     *
     * @param resumption by which it could be read again
     */
    public void perform(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            WorkloadRequest asked,
            UUID id,
            Resumption resumption) {
        RunOrigin origin = TraceHeaders.read(request);
        TraceHeaders.tell(response, origin, id);
        WorkloadRequest workload = asked.from(origin);
        if (PreferHeader.read(request).respondAsync()) {
            workloads.submit(principal, workload, id, resumption.text());
            runs.accepted(response, id);
            return;
        }
        try (var _ = clients.watch(request, id)) {
            if (workload.manner().explain()) {
                ExplanationResponse.send(response, workloads.explain(principal, workload, id));
                return;
            }
            ResultDelivery delivery =
                    WorkloadResponse.wantsArrow(request) ? ResultDelivery.STREAM : ResultDelivery.INLINE;
            workloads.run(
                    principal,
                    workload.delivered(delivery),
                    id,
                    result -> reply.send(request, response, principal, result, origin));
        }
    }

    /** The id that the client made so that it can cancel, or a new one. */
    public static UUID runId(ServerRequest request, RunIds ids) {
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
