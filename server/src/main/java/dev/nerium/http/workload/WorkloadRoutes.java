package dev.nerium.http.workload;

import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.IdempotencyFilter;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.run.RunIds;
import dev.nerium.workload.request.WorkloadRequest;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** {@code POST /api/v1/warehouse/polars}, and {@code POST /api/v1/query}, whose statement may also change tables. */
public final class WorkloadRoutes {
    private final Authentication authentication;
    private final RunIds ids;
    private final WorkloadResponse reply;
    private final RunLookup runs;
    private final IdempotencyFilter repetitions;
    private final WorkloadRunner runner;
    private final NeriumConfig config;

    public WorkloadRoutes(
            Authentication authentication,
            RunIds ids,
            WorkloadResponse reply,
            RunLookup runs,
            IdempotencyFilter repetitions,
            WorkloadRunner runner,
            NeriumConfig config) {
        this.authentication = authentication;
        this.ids = ids;
        this.reply = reply;
        this.runs = runs;
        this.repetitions = repetitions;
        this.runner = runner;
        this.config = config;
    }

    public void register(Router routes) {
        routes.post(
                "/api/v1/warehouse/polars", (request, response) -> run(request, response, WorkloadRequestReader::read));
        routes.post(
                "/api/v1/query", (request, response) -> run(request, response, WorkloadRequestReader::readStatement));
    }

    /** Reads the body of a route. */
    private interface BodyReader {
        WorkloadRequest read(byte[] body, Optional<Duration> queueTimeout, NeriumConfig config);
    }

    private void run(ServerRequest request, ServerResponse response, BodyReader reader) throws IOException {
        TraceHeaders.begin(request, response);
        Principal principal = authentication.principal(request);
        PreferHeader preferences = PreferHeader.read(request);
        byte[] body = RequestBody.read(request, config.http().maxBody());
        WorkloadRequest workload = reader.read(body, preferences.queueTimeout(), config);
        UUID id = RunIdHeader.read(request, ids);
        preferences.apply(response);
        repetitions.runOnce(request, response, principal, body, id, (fresh, run) -> {
            if (fresh) {
                boolean repeatable = IdempotencyFilter.key(request).isPresent();
                WorkloadRequest asked = repeatable ? workload.spooled() : workload;
                runner.run(request, response, principal, asked, run, Resumption.of(request));
            } else if (preferences.respondAsync()) {
                runs.accepted(response, run);
            } else {
                repetitions.replay(response, run, result -> reply.send(request, response, result));
            }
        });
    }
}
