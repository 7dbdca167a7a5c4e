package dev.nerium.http.workload;

import dev.nerium.auth.Principal;
import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.run.RunOrigin;
import dev.nerium.workload.WorkloadService;
import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.ResultDelivery;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;

/** Runs the workload of a request in the way that its headers ask for, and replies. */
public final class WorkloadRunner {
    private final WorkloadService workloads;
    private final WorkloadResponse reply;
    private final RunLookup runs;
    private final DisconnectMonitor clients;

    public WorkloadRunner(
            WorkloadService workloads, WorkloadResponse reply, RunLookup runs, DisconnectMonitor clients) {
        this.workloads = workloads;
        this.reply = reply;
        this.runs = runs;
        this.clients = clients;
    }

    /**
     * Replies with the rows, with the plan, or at once with the id of a run in the background.
     *
     * @param resumption by which a restarted server reads the request again
     */
    public void run(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            WorkloadRequest asked,
            UUID id,
            Resumption resumption) {
        RoutedRequest routed = new RoutedRequest(asked, new NeriumForm(reply, runs), false);
        run(request, response, principal, routed, id, resumption);
    }

    /** Replies in the form that the client of the request reads. */
    void run(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            RoutedRequest asked,
            UUID id,
            Resumption resumption) {
        ResultFormat format = ResultFormat.of(request);
        RunOrigin origin = TraceHeaders.read(request);
        TraceHeaders.write(response, origin, id);
        WorkloadRequest warned = asked.workload().warned(TraceHeaders.warnings(request));
        boolean preferred = PreferHeader.read(request).respondAsync();
        if (preferred || asked.background()) {
            workloads.submit(principal, warned.from(origin), id, resumption.text());
            (preferred ? new NeriumForm(reply, runs) : asked.form()).submitted(response, id);
            return;
        }
        WorkloadRequest workload = warned.from(origin.awaitedSince(TraceHeaders.arrival(request)));
        AwaitedResponse awaited = reply.await(response, id);
        try (var _ = clients.watch(request, id)) {
            if (workload.options().explain()) {
                Explanation explanation = workloads.explain(principal, workload, id);
                awaited.write(() -> asked.form().explanation(response, explanation));
                return;
            }
            ResultDelivery delivery = format == ResultFormat.JSON ? ResultDelivery.INLINE : ResultDelivery.STREAM;
            boolean unknown =
                    !RunIdHeader.isPresent(request) && !workload.options().spooled();
            WorkloadRequest recorded = unknown ? workload.recordedAtEnd() : workload;
            WorkloadResult result = workloads.run(principal, recorded.delivered(delivery), id);
            awaited.write(() -> asked.form().result(request, response, result));
        }
    }
}
