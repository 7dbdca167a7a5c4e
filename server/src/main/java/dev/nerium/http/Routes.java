package dev.nerium.http;

import dev.nerium.auth.Keys;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.Submitter;
import dev.nerium.http.catalog.CatalogRoutes;
import dev.nerium.http.catalog.IcebergRoutes;
import dev.nerium.http.catalog.MaintenanceRoutes;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.IdempotencyFilter;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunJson;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.http.lineage.LineageRoutes;
import dev.nerium.http.ops.HealthRoutes;
import dev.nerium.http.ops.MetricsRoutes;
import dev.nerium.http.ops.RuntimeRoute;
import dev.nerium.http.run.RunPlanRoutes;
import dev.nerium.http.run.RunResultRoutes;
import dev.nerium.http.run.RunRoutes;
import dev.nerium.http.run.RunStreamRoutes;
import dev.nerium.http.workload.RecordedRequests;
import dev.nerium.http.workload.UploadRoutes;
import dev.nerium.http.workload.WorkloadResponse;
import dev.nerium.http.workload.WorkloadRoutes;
import dev.nerium.lake.Lake;
import dev.nerium.lake.rest.RestCatalogServer;
import dev.nerium.observe.Observers;
import dev.nerium.observe.lineage.Lineage;
import dev.nerium.observe.metrics.Metrics;
import dev.nerium.run.IdempotencyKeys;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.store.StateStore;
import dev.nerium.workload.Backlog;
import dev.nerium.workload.CompactionService;
import dev.nerium.workload.CrashRecovery;
import dev.nerium.workload.ResultConversions;
import dev.nerium.workload.WorkloadService;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.results.SpooledResults;
import io.helidon.webserver.http.HttpRouting;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;

/** Every route of the server. */
public final class Routes implements AutoCloseable {
    private final DisconnectMonitor clients;
    private final Metrics metrics;
    private final List<Consumer<Router>> parts;
    private final Backlog.Reader accepted;
    private List<String> all = List.of();

    /** The services that the routes lead to. */
    public record Services(
            Keys keys,
            WorkloadService workloads,
            CompactionService compactions,
            ResultConversions conversions,
            SpooledResults kept,
            Lake lake,
            RestCatalogServer catalogs,
            Runs runs,
            IdempotencyKeys idempotency,
            CrashRecovery recovery,
            ActiveRuns active,
            RunIds ids,
            StateStore store,
            Sandbox sandbox,
            Optional<Submitter> submitter,
            Observers observers,
            Metrics metrics,
            Lineage lineage,
            OpenConnections connections) {}

    public Routes(NeriumConfig config, Services services, Clock clock, BufferAllocator memory) {
        this.clients = new DisconnectMonitor(services.active());
        this.metrics = services.metrics();
        Authentication keys = new Authentication(services.keys());
        Runs runs = services.runs();
        RunIds ids = services.ids();
        ActiveRuns active = services.active();
        RunJson json = new RunJson(active);
        RunLookup path = new RunLookup(runs, json);
        WorkloadResponse reply = new WorkloadResponse(memory, services.observers());
        IdempotencyFilter repetitions =
                new IdempotencyFilter(services.idempotency(), runs, active, services.kept(), services.recovery(), ids);
        WorkloadRoutes workloads =
                new WorkloadRoutes(keys, services.workloads(), ids, reply, path, repetitions, clients, config);
        RecordedRequests requests = new RecordedRequests(runs, config);
        this.accepted = requests::accepted;
        this.parts = List.of(
                workloads::register,
                new RunRoutes(keys, runs, path, json, active)::register,
                new RunStreamRoutes(keys, runs, path, active)::register,
                new RunPlanRoutes(keys, runs, path, ids, services.workloads(), workloads, requests, config)::register,
                new RunResultRoutes(keys, path, json, services.kept(), services.conversions(), memory)::register,
                new UploadRoutes(
                        keys,
                        services.workloads(),
                        ids,
                        repetitions,
                        clients,
                        config.home().resolve("jobs").resolve("uploads"),
                        memory)::register,
                new CatalogRoutes(keys, services.lake())::register,
                new IcebergRoutes(
                        keys,
                        services.catalogs(),
                        config.lake().catalog(),
                        config.http().maxBody())::register,
                new MaintenanceRoutes(keys, services.lake(), services.compactions(), ids, clients, clock, config)
                        ::register,
                new RuntimeRoute(keys, services.sandbox())::register,
                new MetricsRoutes(keys, metrics, config.metrics().allowAnonymous())::register,
                new LineageRoutes(
                        keys,
                        path,
                        services.lineage(),
                        services.lake(),
                        config.http().maxBody())::register,
                new HealthRoutes(
                        services.store(),
                        services.sandbox(),
                        services.lake(),
                        services.submitter(),
                        services.connections(),
                        config.home(),
                        runs.server())::register);
    }

    /** Reads the requests of runs that were accepted before the server started. */
    public Backlog.Reader accepted() {
        return accepted;
    }

    void register(HttpRouting.Builder routing) {
        routing.addFilter((chain, request, response) -> MetricsRoutes.count(metrics.http(), chain, request, response));
        Router routes = new Router(routing);
        parts.forEach(part -> part.accept(routes));
        routes.refuseOthers();
        all = routes.all();
    }

    /** Every route, once the server has them: its method, a space and its path. */
    public List<String> all() {
        return all;
    }

    @Override
    public void close() {
        clients.close();
    }
}
