package dev.nerium.http;

import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.workload.Delivery;
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
    private final RunPath runs;
    private final Repetitions repetitions;
    private final ClientWatch clients;
    private final NeriumConfig config;

    WorkloadRoutes(
            Authentication authentication,
            Workloads workloads,
            RunIds ids,
            WorkloadReply reply,
            RunPath runs,
            Repetitions repetitions,
            ClientWatch clients,
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

    void register(RouteTable routes) {
        routes.post("/api/v1/warehouse/polars", this::run);
    }

    private void run(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        Preferences preferences = Preferences.read(request);
        byte[] body = JsonBody.read(request, config.http().maxBody());
        WorkloadRequest workload = WorkloadBody.read(body, preferences.patience(), config);
        UUID id = runId(request, ids);
        preferences.apply(response);
        repetitions.once(request, response, principal, body, id, (fresh, run) -> {
            if (fresh) {
                boolean repeatable = Repetitions.key(request).isPresent();
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
    void perform(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            WorkloadRequest asked,
            UUID id,
            Resumption resumption) {
        RunOrigin origin = RunOriginHeaders.read(request);
        RunOriginHeaders.tell(response, origin, id);
        WorkloadRequest workload = asked.from(origin);
        if (Preferences.read(request).respondAsync()) {
            workloads.submit(principal, workload, id, resumption.text());
            runs.accepted(response, id);
            return;
        }
        try (var _ = clients.watch(request, id)) {
            if (workload.manner().explain()) {
                ExplanationReply.send(response, workloads.explain(principal, workload, id));
                return;
            }
            Delivery delivery = WorkloadReply.wantsArrow(request) ? Delivery.STREAM : Delivery.INLINE;
            workloads.run(
                    principal,
                    workload.delivered(delivery),
                    id,
                    result -> reply.send(request, response, principal, result, origin));
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
