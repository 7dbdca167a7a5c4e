package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.sandbox.admission.LeaseRequest.Admittance;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.request.WorkloadRequest;
import java.util.UUID;

/** A run that has a record, and the request that it executes. */
record StartedRun(
        ActiveRun run, Principal principal, WorkloadRequest request, Placement placement, Admittance admittance)
        implements AutoCloseable {
    UUID id() {
        return run.id();
    }

    RunStatistics statistics() {
        return run.statistics();
    }

    @Override
    public void close() {
        run.close();
    }
}
