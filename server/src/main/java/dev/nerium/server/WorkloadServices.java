package dev.nerium.server;

import dev.nerium.audit.Audit;
import dev.nerium.config.Build;
import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.rest.RestCatalogServer;
import dev.nerium.quota.QuotaLedger;
import dev.nerium.run.usage.RunUsage;
import dev.nerium.variable.EnvironmentVariables;
import dev.nerium.workload.CompactionService;
import dev.nerium.workload.ExecutionFactory;
import dev.nerium.workload.JobFactory;
import dev.nerium.workload.ResultCommitter;
import dev.nerium.workload.ResultConversions;
import dev.nerium.workload.RunStarter;
import dev.nerium.workload.RunTablesFactory;
import dev.nerium.workload.WorkloadService;

/** Workloads, compactions and conversions, and the catalogs that clients and scripts see. */
record WorkloadServices(
        RestCatalogServer catalogs,
        WorkloadService workloads,
        CompactionService compactions,
        ResultConversions conversions,
        EnvironmentVariables variables,
        QuotaLedger quotas) {
    static WorkloadServices of(NeriumConfig config, CoreServices core, RunServices runs, Engines engines, Audit audit) {
        Lake lake = core.lake();
        RestCatalogServer catalogs =
                new RestCatalogServer(lake::served, run -> core.runs().find(run).isPresent());
        // Fails if the configured key can't be read.
        EnvironmentVariables variables = EnvironmentVariables.open(core.store(), config, core.clock());
        JobFactory jobs = new JobFactory(config.results(), engines.clusterKind());
        QuotaLedger quotas = new QuotaLedger(
                runs.quotas(),
                new RunUsage(core.store()),
                core.runs().server(),
                config.results().retention(),
                vcpus -> engines.sandbox().tier(vcpus).memory().bytes(),
                core.clock());
        WorkloadService workloads = new WorkloadService(
                new RunStarter(lake, engines.sandbox(), engines.compute(), runs.active(), variables, quotas),
                engines.sandbox(),
                new RunTablesFactory(
                        lake,
                        catalogs,
                        core.grants(),
                        core.locations(),
                        engines.clusterKind(),
                        audit,
                        Build.read().version()),
                jobs,
                new ExecutionFactory(
                        engines.sandbox(), variables, config.runs().queueTimeout(), engines.cluster(), jobs, lake),
                runs.cache(),
                new ResultCommitter(lake, runs.spool(), core.memory(), audit));
        return new WorkloadServices(
                catalogs,
                workloads,
                new CompactionService(lake, core.grants(), engines.compute(), engines.sandbox(), runs.active(), quotas),
                new ResultConversions(
                        engines.sandbox(), config.results(), config.home().resolve(Api.UPLOADS)),
                variables,
                quotas);
    }
}
