package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.SandboxConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Lake;
import dev.nerium.quota.QuotaLedger;
import dev.nerium.run.NewRun;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.admission.LeaseRequest.Admittance;
import dev.nerium.sandbox.job.Work;
import dev.nerium.variable.EnvironmentVariables;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.request.WorkloadRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Starts runs: checks the rights of the key, chooses where the run is executed, and writes its record. Thread-safe. */
public final class RunStarter {
    private final Lake lake;
    private final Sandbox sandbox;
    private final ComputeSelector compute;
    private final ActiveRuns active;
    private final EnvironmentVariables variables;
    private final QuotaLedger ledger;

    public RunStarter(
            Lake lake,
            Sandbox sandbox,
            ComputeSelector compute,
            ActiveRuns active,
            EnvironmentVariables variables,
            QuotaLedger ledger) {
        this.ledger = ledger;
        this.lake = lake;
        this.sandbox = sandbox;
        this.compute = compute;
        this.active = active;
        this.variables = variables;
    }

    StartedRun start(Principal principal, WorkloadRequest request, UUID id) {
        return start(principal, request, id, Optional.empty());
    }

    /**
     * Starts a run whose client does not wait for it, and fails if there is no room in the queue.
     *
     * @param resumption what a restarted server needs, beside the body, to read the request again
     */
    StartedRun startInBackground(Principal principal, WorkloadRequest request, UUID id, String resumption) {
        sandbox.requireRoom(principal.keyId(), compute.choose(request.compute()).tier());
        return start(principal, request, id, Optional.of(resumption));
    }

    /** Starts a run whose record is queued since before this server started. */
    StartedRun resume(ActiveRun run, Principal principal, WorkloadRequest request) {
        requireRights(principal, request);
        Placement placement = compute.choose(request.compute());
        return new StartedRun(run, principal, request, placement, Admittance.ACCEPTED);
    }

    private StartedRun start(Principal principal, WorkloadRequest request, UUID id, Optional<String> resumption) {
        requireRights(principal, request);
        Placement placement = compute.choose(request.compute());
        ActiveRun run = active.open(ledger.of(id, principal, placement.tier().requested()));
        try {
            if (resumption.isPresent() && sandbox.isFull(placement.tier())) {
                run.quota().requireQueuePlace();
            }
            boolean atEnd = mayBeRecordedAtEnd(request, placement) && resumption.isEmpty();
            run.quota()
                    .admit(
                            request.options().spooled(),
                            now -> run.queued(new NewRun(
                                    id,
                                    new NewRun.Owner(principal.keyId(), principal.name(), principal.groups()),
                                    what(request.work()),
                                    new NewRun.Where(
                                            placement.provider(),
                                            placement.tier().requested()),
                                    request.target(),
                                    request.options().body().map(body -> new NewRun.Request(body, resumption)),
                                    request.origin(),
                                    atEnd && !now)));
            return new StartedRun(run, principal, request, placement, Admittance.NEW);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    /** Nothing of such a run is left if the server dies, and nobody can ask for it before it ends. */
    private static boolean mayBeRecordedAtEnd(WorkloadRequest request, Placement placement) {
        return request.options().recordedAtEnd()
                && request.work() instanceof Work.Query
                && request.destination().isEmpty()
                && !placement.distributed();
    }

    private void requireRights(Principal principal, WorkloadRequest request) {
        principal.require(Scope.READ, "running a workload");
        if (request.destination().isPresent()) {
            principal.require(Scope.WRITE, "writing to a destination");
            lake.requireNotSystemTable(request.destination().get().table().name());
        }
        List<String> env = request.work().variables();
        if (!env.isEmpty()) {
            requireIsolated();
            variables.requireUsable(principal, env);
        }
    }

    /** Elsewhere, the values would be in a file, or other processes could read them. */
    private void requireIsolated() {
        SandboxConfig.Provider provider = sandbox.provider();
        if (provider != SandboxConfig.Provider.BUBBLEWRAP && provider != SandboxConfig.Provider.GVISOR) {
            throw NeriumException.invalid(
                    "env needs isolated workers on the server's machine: sandbox.provider is %s, expected bubblewrap or gvisor."
                            .formatted(provider.text()));
        }
    }

    private static NewRun.What what(Work work) {
        return switch (work) {
            case Work.Query(String sql, var params, var _) -> new NewRun.What(work.mode(), sql, params.types());
            case Work.Script(String source, var params, var _) -> new NewRun.What(work.mode(), source, params);
            case Work.Load load -> new NewRun.What(work.mode(), load.format().name(), Map.of());
            case Work.Convert _ -> new NewRun.What(work.mode(), "", Map.of());
            case Work.Gather gather -> new NewRun.What(work.mode(), "", Map.of());
        };
    }
}
