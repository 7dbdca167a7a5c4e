package dev.nerium.server;

import dev.nerium.audit.Actor;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.auth.Keys;
import dev.nerium.config.ConfigException;
import dev.nerium.config.HttpConfig;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.CommandName;
import dev.nerium.error.NeriumException;
import dev.nerium.http.HttpServer;
import dev.nerium.http.Routes;
import dev.nerium.http.connection.OpenConnections;
import dev.nerium.http.connection.TlsReloader;
import dev.nerium.workload.Backlog;
import dev.nerium.workload.SampleTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A running server: every service, made top to bottom. */
public final class Nerium implements AutoCloseable {
    private final CloseableStack open = new CloseableStack();
    private final NeriumConfig config;
    private final CoreServices core;
    private final Engines engines;
    private final HttpServer http;
    private final Routes routes;
    private final Optional<FirstKey> firstKey;

    private Nerium(NeriumConfig config) throws IOException {
        this.config = config;
        try {
            // Fails if the files can't be used: before anything is started that the routes close.
            Optional<TlsReloader> tls = tls(config);
            tls.ifPresent(open::add);
            this.core = CoreServices.start(config, Clock.systemUTC(), open);
            Observability observability = Observability.start(config, core, open);
            RunServices runs = RunServices.start(config, core, observability.observers(), open);
            this.engines = Engines.start(config, core, open);
            WorkloadServices services = WorkloadServices.of(config, core, runs, engines, observability.audit());
            if (config.lake().sampleTable()) {
                load(new SampleTable(core.lake(), services.workloads(), runs.ids()), config.home());
            }
            OpenConnections connections = open.add(OpenConnections.limited(config.http()));
            ServerGauges.register(observability, engines.sandbox(), core.store(), runs.cache());
            Api api = new Api(config, core, observability, runs, engines, services);
            this.routes = api.routes(connections);
            Backlog backlog = new Backlog(
                    core.runs(),
                    core.keys(),
                    runs.active(),
                    services.quotas(),
                    services.workloads(),
                    api.requests()::accepted);
            this.http = open.add(HttpServer.start(config.http(), routes, connections, tls));
            open.add(() -> runs.active().shutDown(config.shutdown().grace()));
            open.add(backlog);
            // The key is shown once: it is made only when nothing can keep the server from starting any more.
            this.firstKey = FirstKey.make(core.keys(), config.home(), observability.audit());
            observability.audit().note(new AuditChange(Actor.SERVER, AuditAction.SETTINGS, SettingsHash.of(config)));
            open.add(ServerInfoFile.write(config, url(), core.runs().server()));
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
        String scheme = config.http().tls().enabled() ? "https" : "http";
        return URI.create(scheme + "://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port());
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
        return core.keys();
    }

    /** The limits of the sandbox that this machine cannot enforce, as sentences. */
    public List<String> weaknesses() {
        return engines.sandbox().weaknesses();
    }

    /** The warning about keys that cross a network in clear text; empty if none do. */
    public Optional<String> plainHttp() {
        return PlainHttp.warning(config.http());
    }

    /** Bytes of results that are in memory now. */
    public long resultBytes() {
        return core.memory().getAllocatedMemory();
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

    private static Optional<TlsReloader> tls(NeriumConfig config) {
        HttpConfig.TlsConfig files = config.http().tls();
        Path home = config.home();
        return files.enabled()
                ? Optional.of(TlsReloader.start(home.resolve(files.certificate()), home.resolve(files.key())))
                : Optional.empty();
    }

    /** The sample table is loaded by the first run. If no sandbox can be started for it, none can for any other run. */
    private static void load(SampleTable table, Path home) throws IOException {
        try {
            table.createIfAbsent(home);
        } catch (NeriumException e) {
            if (!(e.getCause() instanceof IOException reason)) {
                throw e;
            }
            throw new ConfigException("The server can't start, because its first run failed ("
                    + String.valueOf(reason.getMessage()).strip() + "). '"
                    + CommandName.with("sandbox check --home " + home)
                    + "' shows what this machine lacks.");
        }
    }
}
