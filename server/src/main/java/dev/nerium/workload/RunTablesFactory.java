package dev.nerium.workload;

import dev.nerium.audit.Audit;
import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.grant.GrantCommands;
import dev.nerium.grant.Grants;
import dev.nerium.lake.Lake;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.command.Command;
import dev.nerium.lake.command.Command.GrantCommand;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.files.FileLocations;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.rest.CatalogOperation.Access;
import dev.nerium.lake.rest.RestCatalogServer;
import dev.nerium.lake.rest.ScriptCatalog;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.tables.RunTables;
import dev.nerium.workload.tables.StatementRights;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens the lake for each run, with the rights of the run's key. Thread-safe. */
public final class RunTablesFactory {
    private final Lake lake;
    private final RestCatalogServer catalogs;
    private final Grants grants;
    private final Optional<ClusterTask.Kind> cluster;
    private final FileLocations locations;
    private final Audit audit;
    private final String version;

    /**
     * @param catalogs that scripts use
     * @param grants the rights of keys
     * @param locations of files that SQL may read
     * @param cluster that executes distributed runs, where one is configured
     * @param version of this server
     */
    public RunTablesFactory(
            Lake lake,
            RestCatalogServer catalogs,
            Grants grants,
            FileLocations locations,
            Optional<ClusterTask.Kind> cluster,
            Audit audit,
            String version) {
        this.lake = lake;
        this.catalogs = catalogs;
        this.grants = grants;
        this.locations = locations;
        this.cluster = cluster;
        this.audit = audit;
        this.version = version;
    }

    RunTables open(StartedRun started) {
        started.statistics().versions(Map.of("nerium", version));
        boolean readsInPlace = started.placement().distributed() && cluster.orElseThrow() == ClusterTask.Kind.POLARS;
        CommandAudit changes = new CommandAudit(audit, started);
        return new RunTables(
                lake,
                started.request(),
                started.statistics(),
                new ScriptCatalog(
                        catalogs,
                        grants.of(started.principal()),
                        access -> changes.require(() -> require(access, started)),
                        changes::execute),
                rights(started, changes),
                locations,
                readsInPlace);
    }

    private StatementRights rights(StartedRun started, CommandAudit changes) {
        return new StatementRights() {
            @Override
            public TableRights tables() {
                return grants.of(started.principal());
            }

            @Override
            public void requireWritable(TableBranch table) {
                RunTablesFactory.this.requireWritable(table, started);
            }

            @Override
            public CommandResult execute(Command command, Supplier<CommandResult> work) {
                if (command.writes()) {
                    requireChanges(started);
                }
                return changes.execute(command, work);
            }

            @Override
            public CommandResult execute(GrantCommand command) {
                return GrantCommands.execute(command, grants, started.principal());
            }
        };
    }

    /** A statement that changes something has the rights of its key. */
    private static void requireChanges(StartedRun started) {
        if (!(started.request().work() instanceof Work.Query query && query.statements())
                || started.request().options().explain()) {
            throw NeriumException.invalid("This run only reads tables.");
        }
        started.principal().require(Scope.WRITE, "changing a table");
        started.run().requireUsableKey();
    }

    /** A statement that writes is recorded with its table before it writes. */
    private void requireWritable(TableBranch table, StartedRun started) {
        requireChanges(started);
        lake.requireNotSystemTable(table.name());
        started.run().destined(table.toString());
    }

    /** A script has the rights of its key, and changes nothing where it is only explained. */
    private static void require(Access access, StartedRun started) {
        switch (access) {
            case READ -> {}
            case WRITE -> {
                started.principal().require(Scope.WRITE, "changing a catalog");
                started.run().requireUsableKey();
                if (started.request().options().explain()) {
                    throw NeriumException.invalid("A run that is only explained changes no catalog.");
                }
            }
            case ADMIN -> started.principal().require(Scope.ADMIN, RestCatalogServer.FILES_OF_ALL);
        }
    }
}
