package dev.nerium.http.workload;

import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.ErrorResponses;
import dev.nerium.http.common.IdempotencyFilter;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.run.RunIds;
import dev.nerium.workload.request.WorkloadRequest;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code POST /api/v1/warehouse/polars}, {@code POST /api/v1/query}, whose statement may also change tables, and {@code POST
 * /api/v1/warehouse/query}.
 */
public final class WorkloadRoutes {
    private final Authentication authentication;
    private final RunIds ids;
    private final NeriumForm form;
    private final EngineRequests engines;
    private final IdempotencyFilter repetitions;
    private final WorkloadRunner runner;
    private final NeriumConfig config;

    public WorkloadRoutes(
            Authentication authentication,
            RunIds ids,
            NeriumForm form,
            EngineRequests engines,
            IdempotencyFilter repetitions,
            WorkloadRunner runner,
            NeriumConfig config) {
        this.authentication = authentication;
        this.ids = ids;
        this.form = form;
        this.engines = engines;
        this.repetitions = repetitions;
        this.runner = runner;
        this.config = config;
    }

    public void register(Router routes) {
        routes.post(
                "/api/v1/warehouse/polars",
                (request, response) -> run(
                        request,
                        response,
                        (_, body, timeout) -> own(WorkloadRequestReader.read(body, timeout, config))));
        routes.post(
                "/api/v1/query",
                (request, response) -> run(request, response, (principal, body, timeout) -> {
                    Optional<EngineRequest> engine = EngineRequest.find(body);
                    engine.ifPresent(_ -> ErrorResponses.avoid403(request));
                    return engine.map(asked -> engines.query(principal, asked, timeout))
                            .orElseGet(() -> own(WorkloadRequestReader.readStatement(body, timeout, config)));
                }));
        routes.post("/api/v1/warehouse/query", (request, response) -> run(request, response, engines::lakeQuery));
    }

    private RoutedRequest own(WorkloadRequest workload) {
        return new RoutedRequest(workload, form, false);
    }

    /** Reads the body of a route. */
    private interface BodyReader {
        RoutedRequest read(Principal principal, byte[] body, Optional<Duration> queueTimeout);
    }

    private void run(ServerRequest request, ServerResponse response, BodyReader reader) throws IOException {
        TraceHeaders.begin(request, response);
        Principal principal = authentication.principal(request);
        PreferHeader preferences = PreferHeader.read(request);
        byte[] body = RequestBody.read(request, config.http().maxBody());
        RoutedRequest routed = reader.read(principal, body, preferences.queueTimeout());
        UUID id = RunIdHeader.read(request, ids);
        preferences.apply(response);
        repetitions.runOnce(request, response, principal, body, id, (fresh, run) -> {
            if (fresh) {
                boolean repeatable = IdempotencyFilter.key(request).isPresent();
                RoutedRequest asked = repeatable ? routed.with(routed.workload().spooled()) : routed;
                runner.run(request, response, principal, asked, run, Resumption.of(request));
            } else if (preferences.respondAsync()) {
                form.submitted(response, run);
            } else if (routed.background()) {
                routed.form().submitted(response, run);
            } else {
                repetitions.replay(response, run, result -> routed.form().result(request, response, result));
            }
        });
    }
}
