package dev.nerium.server;

import dev.nerium.auth.oidc.AccessTokens;
import dev.nerium.auth.session.Sessions;
import dev.nerium.config.NeriumConfig;
import dev.nerium.http.Routes;
import dev.nerium.http.catalog.CatalogRoutes;
import dev.nerium.http.catalog.IcebergRoutes;
import dev.nerium.http.catalog.MaintenanceRoutes;
import dev.nerium.http.catalog.RefRoutes;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.ClientAddresses;
import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.FailedKeys;
import dev.nerium.http.common.IdempotencyFilter;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunJson;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.http.console.ConsoleRoutes;
import dev.nerium.http.grant.GrantRoutes;
import dev.nerium.http.key.KeyRoutes;
import dev.nerium.http.lineage.LineageRoutes;
import dev.nerium.http.ops.HealthRoutes;
import dev.nerium.http.ops.MetricsRoutes;
import dev.nerium.http.ops.RuntimeRoute;
import dev.nerium.http.ops.StatusRoute;
import dev.nerium.http.quota.QuotaRoutes;
import dev.nerium.http.quota.UsageRoute;
import dev.nerium.http.run.RunPlanRoutes;
import dev.nerium.http.run.RunReplayRoute;
import dev.nerium.http.run.RunResultRoutes;
import dev.nerium.http.run.RunRoutes;
import dev.nerium.http.run.RunStreamRoutes;
import dev.nerium.http.session.SessionRoutes;
import dev.nerium.http.variable.EnvironmentVariableRoutes;
import dev.nerium.http.workload.EngineRequests;
import dev.nerium.http.workload.NeriumForm;
import dev.nerium.http.workload.RecordedRequests;
import dev.nerium.http.workload.RowsResponse;
import dev.nerium.http.workload.SparkRoutes;
import dev.nerium.http.workload.UploadRoutes;
import dev.nerium.http.workload.WorkloadResponse;
import dev.nerium.http.workload.WorkloadRoutes;
import dev.nerium.http.workload.WorkloadRunner;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.run.usage.RunUsage;
import dev.nerium.workload.EngineSelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Makes the routes, and gives each group the services that it uses. */
final class Api {
    /** Files on their way to a worker, in a folder beside those of the sandboxes, which is emptied with them at start. */
    static final Path UPLOADS = Path.of("jobs", "uploads");

    private final NeriumConfig config;
    private final CoreServices core;
    private final Observability observability;
    private final RunServices runs;
    private final Engines engines;
    private final WorkloadServices services;
    private final Sessions sessions;
    private final ClientAddresses addresses;
    private final Authentication keys;
    private final RunJson json;
    private final RunLookup path;
    private final DisconnectMonitor clients;
    private final RecordedRequests requests;
    private final RowsResponse rows;

    Api(
            NeriumConfig config,
            CoreServices core,
            Observability observability,
            RunServices runs,
            Engines engines,
            WorkloadServices services) {
        this.config = config;
        this.core = core;
        this.observability = observability;
        this.runs = runs;
        this.engines = engines;
        this.services = services;
        this.sessions = new Sessions(core.store(), core.keys(), config.session(), core.clock());
        this.addresses = new ClientAddresses(config.http().trustedProxies());
        this.keys = new Authentication(
                core.keys(),
                AccessTokens.of(config.oidc(), config.home()),
                sessions,
                new FailedKeys(config.http().failedKeys()),
                addresses,
                observability.audit());
        this.json = new RunJson(runs.active());
        this.path = new RunLookup(core.runs(), json);
        this.clients = new DisconnectMonitor(runs.active());
        this.requests = new RecordedRequests(core.runs(), config);
        this.rows = new RowsResponse(core.memory(), services.conversions());
    }

    /** Reads the requests of runs that are recorded. */
    RecordedRequests requests() {
        return requests;
    }

    Routes routes(OpenConnections connections) {
        List<Consumer<Router>> groups = new ArrayList<>(workloads());
        groups.addAll(runs());
        groups.addAll(catalogs());
        groups.addAll(operations(connections));
        return new Routes(groups, observability.metrics().http(), clients);
    }

    private List<Consumer<Router>> workloads() {
        WorkloadResponse reply = new WorkloadResponse(rows, observability.observers());
        WorkloadRunner runner = new WorkloadRunner(services.workloads(), reply, path, clients);
        IdempotencyFilter repetitions = new IdempotencyFilter(
                runs.idempotency(), core.runs(), runs.active(), runs.spool(), runs.recovery(), runs.ids());
        EngineSelector selector = new EngineSelector(
                services.workloads(), engines.sandbox(), config.distributed().backend(), runs.ids());
        EngineRequests byEngine = new EngineRequests(selector, core.runs(), reply, config);
        return List.of(
                new WorkloadRoutes(keys, runs.ids(), new NeriumForm(reply, path), byEngine, repetitions, runner, config)
                        ::register,
                new SparkRoutes(keys)::register,
                new RunReplayRoute(
                        keys, path, runs.ids(), runner, requests, config.http().maxBody())::register,
                new UploadRoutes(
                        keys,
                        services.workloads(),
                        runs.ids(),
                        repetitions,
                        clients,
                        config.home().resolve(UPLOADS),
                        reply)::register);
    }

    private List<Consumer<Router>> runs() {
        return List.of(
                new RunRoutes(keys, core.runs(), path, json, runs.active(), core.grants())::register,
                new RunStreamRoutes(keys, core.runs(), path, runs.active())::register,
                new RunPlanRoutes(keys, core.runs(), path, runs.ids(), services.workloads(), requests)::register,
                new RunResultRoutes(keys, path, json, runs.spool(), rows)::register,
                new LineageRoutes(
                        keys,
                        path,
                        observability.lineage(),
                        core.lake(),
                        core.grants(),
                        config.http().maxBody())::register);
    }

    private List<Consumer<Router>> catalogs() {
        return List.of(
                new CatalogRoutes(keys, core.lake(), core.grants())::register,
                new IcebergRoutes(
                        keys,
                        services.catalogs(),
                        core.grants(),
                        config.lake().catalog(),
                        config.http().maxBody())::register,
                new RefRoutes(keys, core.lake(), core.grants(), config.http().maxBody())::register,
                new MaintenanceRoutes(
                        keys,
                        core.lake(),
                        core.grants(),
                        services.compactions(),
                        runs.ids(),
                        clients,
                        core.clock(),
                        config)::register);
    }

    private List<Consumer<Router>> operations(OpenConnections connections) {
        return List.of(
                new KeyRoutes(keys, core.keys(), core.clock(), config.http().maxBody())::register,
                new QuotaRoutes(
                        keys, core.keys(), this.runs.quotas(), config.http().maxBody())::register,
                new UsageRoute(keys, core.keys(), new RunUsage(core.store()), core.clock())::register,
                new GrantRoutes(
                        keys,
                        core.grants(),
                        core.lake().defaultCatalog(),
                        config.http().maxBody())::register,
                new EnvironmentVariableRoutes(
                        keys, core.keys(), services.variables(), config.http().maxBody())::register,
                new SessionRoutes(keys, sessions, addresses, config.http().maxBody())::register,
                new ConsoleRoutes()::register,
                new RuntimeRoute(keys, engines.sandbox())::register,
                new StatusRoute(
                        keys,
                        engines.sandbox(),
                        config.home(),
                        EmbeddedCatalog.warehouse(config.home()),
                        core.runs().server(),
                        core.clock().instant())::register,
                new MetricsRoutes(
                        keys, observability.metrics(), config.metrics().allowAnonymous())::register,
                new HealthRoutes(
                        core.store(),
                        engines.sandbox(),
                        core.lake(),
                        engines.submitter(),
                        connections,
                        config.home(),
                        core.runs().server())::register);
    }
}
