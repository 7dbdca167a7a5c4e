package dev.nerium.http.workload;

import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;

/** How the outcome of a run is written for the client that waits for it. */
public interface ReplyForm {
    void result(ServerRequest request, ServerResponse response, WorkloadResult result);

    void explanation(ServerResponse response, Explanation explanation);

    /** Replies to a request whose run continues in the background. */
    void submitted(ServerResponse response, UUID run);
}
