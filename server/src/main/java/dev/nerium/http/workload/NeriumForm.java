package dev.nerium.http.workload;

import dev.nerium.http.common.RunLookup;
import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;

/** The form of {@code POST /api/v1/warehouse/polars}. */
public record NeriumForm(WorkloadResponse reply, RunLookup runs) implements ReplyForm {
    @Override
    public void result(ServerRequest request, ServerResponse response, WorkloadResult result) {
        reply.send(request, response, result);
    }

    @Override
    public void explanation(ServerResponse response, Explanation explanation) {
        ExplanationResponse.send(response, explanation);
    }

    @Override
    public void submitted(ServerResponse response, UUID run) {
        runs.accepted(response, run);
    }
}
