package dev.nerium.server;

import dev.nerium.auth.Keys;
import dev.nerium.compute.Compute;
import dev.nerium.config.Build;
import dev.nerium.config.ConfigException;
import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.Submitter;
import dev.nerium.error.NeriumException;
import dev.nerium.http.HttpServer;
import dev.nerium.http.Routes;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.lake.Lake;
import dev.nerium.lake.rest.RestCatalogServer;
import dev.nerium.lake.staging.StagingTables;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.Observers;
import dev.nerium.observe.lineage.Lineage;
import dev.nerium.observe.lineage.RunEventRows;
import dev.nerium.observe.metrics.Metrics;
import dev.nerium.observe.telemetry.TelemetryTables;
import dev.nerium.observe.trace.Tracing;
import dev.nerium.result.spool.ResultSpool;
import dev.nerium.run.IdempotencyKeys;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.run.Servers;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.store.StateStore;
import dev.nerium.workload.Backlog;
import dev.nerium.workload.CompactionService;
import dev.nerium.workload.CrashRecovery;
import dev.nerium.workload.JobFactory;
import dev.nerium.workload.ResultConversions;
import dev.nerium.workload.SampleTable;
import dev.nerium.workload.WorkloadService;
import dev.nerium.workload.cluster.ClusterExecution;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.live.KeyWatch;
import dev.nerium.workload.results.SpooledResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;

/** A running server: every service, made top to bottom. */
public final class Nerium implements AutoCloseable {
    private static final long ARROW_BYTES = 1L << 30;

    private final CloseableStack open = new CloseableStack();
    private final NeriumConfig config;
    private final Keys keys;
    private final Optional<FirstKey> firstKey;
    private final RootAllocator memory;
    private final Sandbox sandbox;
    private final HttpServer http;
    private final Routes routes;

    private Nerium(NeriumConfig config) throws IOException {
        this.config = config;
        try {
            Clock clock = Clock.systemUTC();
            open.add(HomeLock.take(config.home()));
            HomePlace place = HomePlace.settle(config.home());
            StateStore store = open.add(StateStore.open(config.store(), config.home()));
            this.keys = new Keys(store, clock);
            String server = Servers.id(config.home());
            Runs runs = new Runs(store, server, clock);
            if (config.store().url().isEmpty()) {
                // What the original was about to do is done there.
                place.original().ifPresent(original -> runs.abortOf(original.server(), clock.instant()));
            }
            RunIds ids = new RunIds(clock);
            this.memory = open.add(new RootAllocator(ARROW_BYTES));
            Lake lake = open.add(new Lake(config.lake(), config.catalogs(), place.relocation()));
            String version = Build.read().version();
            TelemetryTables telemetry = open.add(TelemetryTables.open(lake, config.telemetry(), clock));
            Tracing tracing = open.add(new Tracing(config.telemetry(), telemetry, server, version));
            Metrics metrics = new Metrics();
            Lineage lineage = open.add(Lineage.open(config.lineage(), lake, store, runs, clock));
            Observers observers = open.add(new Observers(List.of(
                    metrics.runs(), tracing, lineage.observer(event -> telemetry.add(RunEventRows.of(event))))));
            SpooledResults kept = new SpooledResults(
                    open.add(ResultSpool.open(config.home().resolve("results"), config.results(), clock)));
            CrashRecovery recovery = new CrashRecovery(runs, lake, kept, observers);
            recovery.settle();
            open.add(new Servers(
                            store,
                            runs,
                            server,
                            clock,
                            config.runs().queueTimeout(),
                            run -> observers.ended(ObservedRun.recorded(run))))
                    .start();
            this.sandbox = open.add(Sandbox.start(config, server, memory));
            Optional<Submitter> submitter = Submitter.of(config);
            submitter.ifPresent(engine -> open.add(engine).warm());
            Compute compute = new Compute(sandbox, config.distributed().backend());
            ActiveRuns active = new ActiveRuns(config.runs(), runs, observers, keys, clock);
            open.add(new KeyWatch(active));
            observers.every(config.lineage().heartbeatInterval(), active::tellOfThem);
            Optional<ClusterTask.Kind> cluster =
                    submitter.map(_ -> kind(config.distributed().backend()));
            JobFactory jobs = new JobFactory(config.results(), lake, cluster);
            RestCatalogServer catalogs =
                    new RestCatalogServer(lake::served, run -> runs.find(run).isPresent());
            WorkloadService workloads = new WorkloadService(
                    lake,
                    catalogs,
                    compute,
                    sandbox,
                    submitter.map(to -> new ClusterExecution(
                            to, new StagingTables(staging(config), server), cluster.orElseThrow())),
                    jobs,
                    active,
                    kept,
                    config.runs().queueTimeout(),
                    version,
                    memory);
            plant(new SampleTable(lake, workloads, ids), config.home());
            OpenConnections connections = open.add(OpenConnections.limited(config.http()));
            Routes.Services services = new Routes.Services(
                    keys,
                    workloads,
                    new CompactionService(lake, compute, sandbox, active),
                    new ResultConversions(sandbox, config.results()),
                    kept,
                    lake,
                    catalogs,
                    runs,
                    new IdempotencyKeys(store, config.runs().idempotencyKeyTtl(), clock),
                    recovery,
                    active,
                    ids,
                    store,
                    sandbox,
                    submitter,
                    observers,
                    metrics,
                    lineage,
                    connections);
            ServerGauges.register(metrics, sandbox, store, observers, telemetry);
            this.routes = new Routes(config, services, clock, memory);
            Backlog backlog = new Backlog(runs, keys, active, workloads, routes.accepted());
            this.http = open.add(HttpServer.start(config.http(), routes, connections));
            open.add(() -> active.shutDown(config.shutdown().grace()));
            open.add(backlog);
            // Not before the port is there: who starts a server that fails would never see its only key.
            this.firstKey = FirstKey.make(keys, config.home());
            open.add(ServerInfoFile.write(config.home(), url(), server));
            backlog.start();
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /** Starts a server; it answers when this returns. */
    public static Nerium start(NeriumConfig config) {
        try {
            return new Nerium(config);
        } catch (IOException e) {
            throw new UncheckedIOException("The server can't start with the home " + config.home(), e);
        }
    }

    public int port() {
        return http.port();
    }

    /** Where a client on this machine reaches the server. */
    public URI url() {
        String host = config.http().host();
        return URI.create("http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port());
    }

    /** The admin key, where this start made it. */
    public Optional<FirstKey> firstKey() {
        return firstKey;
    }

    /** Every route: its method, a space and its path. */
    public List<String> routes() {
        return routes.all();
    }

    public Keys keys() {
        return keys;
    }

    /** What this machine can't enforce of the sandbox's limits, in words. */
    public List<String> weaknesses() {
        return sandbox.weaknesses();
    }

    /** Bytes of results that are in memory now. */
    public long resultBytes() {
        return memory.getAllocatedMemory();
    }

    /** Waits until the server can't be reached any more, which it can't mend itself. */
    public void awaitFailure() throws InterruptedException {
        http.awaitLoss();
    }

    /** Lets running work finish, within the grace that is configured. */
    @Override
    public void close() {
        open.close();
    }

    /** It is the first run: what keeps it from a sandbox keeps all others, too, and is the operator's business. */
    private static void plant(SampleTable flowers, Path home) throws IOException {
        try {
            flowers.plant(home);
        } catch (NeriumException e) {
            if (!(e.getCause() instanceof IOException reason)) {
                throw e;
            }
            throw new ConfigException("The server can't start, because its first run failed ("
                    + String.valueOf(reason.getMessage()).strip() + "). './nerium sandbox check --home " + home
                    + "' shows what this machine lacks.");
        }
    }

    private static ClusterTask.Kind kind(Backend backend) {
        return backend == Backend.SPARK_CONNECT ? ClusterTask.Kind.SPARK : ClusterTask.Kind.POLARS;
    }

    private static Path staging(NeriumConfig config) {
        String configured = config.distributed().stagingFolder();
        return config.home().resolve(configured.isEmpty() ? "lake/staging" : configured);
    }
}
