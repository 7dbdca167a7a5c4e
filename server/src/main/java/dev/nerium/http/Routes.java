package dev.nerium.http;

import dev.nerium.auth.Keys;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.Submitter;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.lake.Lake;
import dev.nerium.lake.rest.RestCatalogs;
import dev.nerium.observe.Observers;
import dev.nerium.observe.lineage.Lineage;
import dev.nerium.observe.metrics.Metrics;
import dev.nerium.run.IdempotencyKeys;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.store.StateStore;
import dev.nerium.workload.ActiveRuns;
import dev.nerium.workload.Backlog;
import dev.nerium.workload.Compactions;
import dev.nerium.workload.Conversions;
import dev.nerium.workload.CrashRecovery;
import dev.nerium.workload.KeptReplies;
import dev.nerium.workload.Workloads;
import io.helidon.webserver.http.HttpRouting;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;

/** Every route of the server. */
public final class Routes implements AutoCloseable {
    private final ClientWatch clients;
    private final Metrics metrics;
    private final List<Consumer<RouteTable>> parts;
    private final Backlog.Reader accepted;
    private List<String> all = List.of();

    /** The services that the routes lead to. */
    public record Services(
            Keys keys,
            Workloads workloads,
            Compactions compactions,
            Conversions conversions,
            KeptReplies kept,
            Lake lake,
            RestCatalogs catalogs,
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
        this.clients = new ClientWatch(services.active());
        this.metrics = services.metrics();
        Authentication keys = new Authentication(services.keys());
        Runs runs = services.runs();
        RunIds ids = services.ids();
        ActiveRuns active = services.active();
        RunJson json = new RunJson(active);
        RunPath path = new RunPath(runs, json);
        WorkloadReply reply = new WorkloadReply(memory, services.observers());
        Repetitions repetitions =
                new Repetitions(services.idempotency(), runs, active, services.kept(), services.recovery(), ids);
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
                new MetricsRoutes(keys, metrics, config.metrics().open())::register,
                new LineageRoutes(
                        keys,
                        path,
                        services.lineage(),
                        services.lake(),
                        config.http().maxBody())::register,
                new AboutRoutes(
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
        RouteTable routes = new RouteTable(routing);
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
