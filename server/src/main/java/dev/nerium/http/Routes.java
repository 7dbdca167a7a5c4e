package dev.nerium.http;

import dev.nerium.auth.Keys;
import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.Lake;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.workload.ActiveRuns;
import dev.nerium.workload.Compactions;
import dev.nerium.workload.Workloads;
import io.helidon.webserver.http.HttpRouting;
import java.time.Clock;
import org.apache.arrow.memory.BufferAllocator;

/** Every route of the server. */
public final class Routes implements AutoCloseable {
    private final ClientWatch clients;
    private final WorkloadRoutes workloads;
    private final RunRoutes runs;
    private final UploadRoutes uploads;
    private final MaintenanceRoutes maintenance;
    private final AboutRoutes about;

    /** The services that the routes lead to. */
    public record Services(
            Keys keys,
            Workloads workloads,
            Compactions compactions,
            Lake lake,
            Runs runs,
            ActiveRuns active,
            RunIds ids,
            Sandbox sandbox) {}

    public Routes(NeriumConfig config, Services services, Clock clock, BufferAllocator memory) {
        this.clients = new ClientWatch(services.active());
        Authentication authentication = new Authentication(services.keys());
        this.workloads = new WorkloadRoutes(
                authentication, services.workloads(), services.ids(), new WorkloadReply(memory), clients, config);
        this.runs = new RunRoutes(authentication, services.runs(), services.active());
        this.uploads = new UploadRoutes(
                authentication,
                services.workloads(),
                services.ids(),
                clients,
                config.home().resolve("jobs").resolve("uploads"));
        this.maintenance = new MaintenanceRoutes(
                authentication,
                services.lake(),
                services.compactions(),
                services.ids(),
                clients,
                clock,
                config.http().maxBody());
        this.about = new AboutRoutes(services.sandbox());
    }

    void register(HttpRouting.Builder routing) {
        RouteTable routes = new RouteTable(routing);
        workloads.register(routes);
        runs.register(routes);
        uploads.register(routes);
        maintenance.register(routes);
        about.register(routes);
        routes.refuseOthers();
    }

    @Override
    public void close() {
        clients.close();
    }
}
